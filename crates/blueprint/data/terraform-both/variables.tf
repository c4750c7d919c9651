variable "app" {
  description = {{ ("What the names of all resources begin with" if native else "Name of the stack; that of its code ends in -code")|hcl }}
  type        = string
  default     = "{{ app }}"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,{{ tf.longest - 1 }}}$", var.app))
    error_message = "Small letters, digits and hyphens, at most {{ tf.longest }}; a letter first."
  }
}

variable "region" {
  description = "Region of the decision"
  type        = string
  default     = "{{ region }}"
}
{% if not native %}

variable "execution_role_arn" {
  description = "Role that CloudFormation takes; null: yours"
  type        = string
  default     = null
}
{% endif %}
{% if images %}

variable "images" {
  description = "Images by workload, each with its digest; deploy.sh writes them to images.auto.tfvars.json"
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "Name each image by its digest: repository@sha256:..."
  }
}
{% endif %}
{% for one in tf.variables %}

variable {{ one.name|yaml }} {
  description = {{ one.says|hcl }}
  type        = {{ one.type|safe }}
{% if one.default is defined %}
  default     = {{ one.default|hcl }}
{% endif %}
{% for rule in one.rules %}

  validation {
    condition     = {{ rule.condition|safe }}
    error_message = {{ rule.message|hcl }}
  }
{% endfor %}
}
{% endfor %}
