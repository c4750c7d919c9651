# The templates stand beside this folder and say why each part is there.

provider "aws" {
  region = var.region
}

# Where the code goes: a bucket{{ " and repositories"|safe if images }}.
resource "aws_cloudformation_stack" "code" {
  name          = "${var.app}-code"
  template_body = file("${path.module}/../code.yaml")
  iam_role_arn  = var.execution_role_arn

  parameters = {
    App = var.app
  }
}
{% if packages %}

# What build.sh has left in out/, under the sum of its bytes. The former package is deleted
# when the stack takes the new one, not before.
resource "aws_s3_object" "code" {
  for_each = toset([{% for one in tf.packages %}{{ one|hcl }}{{ ", "|safe if not loop.last }}{% endfor %}])

  bucket = aws_cloudformation_stack.code.outputs["CodeBucket"]
  key    = "${each.key}/${substr(filesha256("${path.module}/../out/${each.key}.zip"), 0, 16)}.zip"
  source = "${path.module}/../out/${each.key}.zip"

  lifecycle {
    create_before_destroy = true
  }
}
{% endif %}

# The template is too long to be sent with a request.
resource "aws_s3_object" "template" {
  bucket       = aws_cloudformation_stack.code.outputs["CodeBucket"]
  key          = "templates/${substr(filesha256("${path.module}/../template.yaml"), 0, 16)}.yaml"
  source       = "${path.module}/../template.yaml"
  content_type = "application/yaml"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "app" {
  name         = var.app
  template_url = "https://${aws_s3_object.template.bucket}.s3.${var.region}.amazonaws.com/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]
  iam_role_arn = var.execution_role_arn
{% if tf.parameters %}

  parameters = {
{% for one in tf.parameters %}
    {{ one.id|safe }} = {{ one.value|safe }}
{% endfor %}
  }
{% endif %}
}
