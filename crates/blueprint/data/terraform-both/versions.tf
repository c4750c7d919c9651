terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  # State on this machine is lost with it. Keep it in a bucket that you have:
  # backend "s3" {
  #   bucket       = "BUCKET"
  #   key          = "{{ app }}.tfstate"
  #   region       = "{{ region }}"
  #   encrypt      = true
  #   use_lockfile = true
  # }
}
