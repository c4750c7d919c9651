# {{ title|safe }}
# Written by Landfall. Why each part is there stands beside it; DECISION.md has the whole decision.

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}
{% if tf.uses.account %}

data "aws_caller_identity" "current" {}
{% endif %}
{% if tf.uses.partition or tf.uses.suffix %}

data "aws_partition" "current" {}
{% endif %}
{% if tf.uses.zones %}

data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394:The first two are taken, by name: a zone that is added comes after them
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
{% endif %}
{% for name in tf.looked_up %}

data "aws_ssm_parameter" {{ name|yaml }} {
  name = var.{{ name|safe }}
}
{% endfor %}

locals {
  tags = {
    App       = var.app
    ManagedBy = "terraform"
  }
{% if tf.uses.account %}

  account_id = data.aws_caller_identity.current.account_id
{% endif %}
{% if tf.uses.partition %}

  partition = data.aws_partition.current.partition
{% endif %}
{% if tf.uses.suffix %}

  dns_suffix = data.aws_partition.current.dns_suffix
{% endif %}
{% if tf.zones %}

  # Zones by their key, with their place in the list.
  zones = { a = 0, b = 1 }
{% endif %}
}
