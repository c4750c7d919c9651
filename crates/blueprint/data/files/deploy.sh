#!/usr/bin/env bash
{% if terraform %}
# Deploys what build.sh has left in out/. It runs Terraform with the provider of AWS{{ ", the AWS CLI and\n# Docker"|safe if images }}, and nothing else beside your credentials.
{% else %}
# Deploys what build.sh has left in out/. It runs the AWS CLI{{ " and Docker"|safe if images }} and nothing else, so
# that no code of others runs beside your credentials.
{% endif %}
set -euo pipefail
cd "$(dirname "$0")"
: "${APP:?the name of the {{ "app, as in terraform.tfvars"|safe if native else "stack" }}}"
{% if terraform %}
{% if native %}
# `./deploy.sh plan` shows what would change, and changes nothing.
export TF_IN_AUTOMATION=1
{% else %}
export TF_VAR_execution_role_arn="${EXECUTION_ROLE_ARN:-}" TF_IN_AUTOMATION=1
[ -n "$TF_VAR_execution_role_arn" ] || unset TF_VAR_execution_role_arn
{% endif %}
terraform=("${TERRAFORM:-terraform}" -chdir=terraform)
{% if images %}

{% include "files/sum_of.sh" %}
{% include "files/push_to.sh" %}
# Where images of $1 go.
repository_of() {
  aws ecr describe-repositories --repository-names "$APP/$1" \
    --query 'repositories[0].repositoryUri' --output text
}

push() {
  local repository
  repository="$(repository_of "$1")"
  push_to "$repository" "$1"
  images+=("\"$1\": \"$image\"")
}

# What has been gathered in `images`, as a file of variables.
listed() {
  (IFS=,; printf '{"images": { %s }}\n' "${images[*]}")
}
{% endif %}

"${terraform[@]}" init -input=false
{% if native %}

if [ "${1:-}" = plan ]; then
{% if images %}
  # An image that was not pushed yet is pushed when this is deployed; its digest is not known
  # before, and zeros stand for it.
  expected() {
    local repository digest
    if repository="$(repository_of "$1" 2> /dev/null)" && digest="$(digest_of "$1" 2> /dev/null)"; then
      images+=("\"$1\": \"$repository@$digest\"")
    else
      images+=("\"$1\": \"$1@sha256:$(printf '0%.0s' {1..64})\"")
    fi
  }
  images=()
{% for one in workloads if one.image %}
  expected {{ one.id }}
{% endfor %}
  place="$(mktemp -d)"
  trap 'rm -r "$place"' EXIT
  listed > "$place/images.tfvars.json"
{% endif %}
  "${terraform[@]}" plan -input=false -lock=false -var "app=$APP"{{ ' -var-file="$place/images.tfvars.json"'|safe if images }}
  exit
fi
{% endif %}
{% if images %}

# 1. Where the code goes: repositories and a bucket.
{% if native %}
"${terraform[@]}" apply -input=false -auto-approve -var "app=$APP" \
{% for target in tf.targets %}
  -target={{ target|safe }}{{ " \\"|safe if not loop.last }}
{% endfor %}
{% else %}
"${terraform[@]}" apply -input=false -auto-approve -var "app=$APP" -target=aws_cloudformation_stack.code
{% endif %}

# 2. The images.
images=()
{% for one in workloads if one.image %}
push {{ one.id }}
{% endfor %}
listed > terraform/images.auto.tfvars.json

# 3. The rest, as planned.
{% endif %}
"${terraform[@]}" plan -input=false -var "app=$APP" -out=plan.tfplan
"${terraform[@]}" apply -input=false plan.tfplan
{% else %}

output() {
  aws cloudformation describe-stacks --stack-name "$APP-code" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

# Deploys template $2 as stack $1, with the parameters that follow. With a role of
# CloudFormation's own, whoever deploys needs no permissions for the resources.
stack() {
  aws cloudformation deploy --no-fail-on-empty-changeset --stack-name "$1" --template-file "$2" \
    ${EXECUTION_ROLE_ARN:+--role-arn "$EXECUTION_ROLE_ARN"} "${@:3}"
}

{% if packages %}
# Uploads out/$1.zip under the sum of its bytes.
upload() {
  local sum
  sum="$(sha256sum "out/$1.zip" | cut -c1-16)"
  aws s3 cp --only-show-errors "out/$1.zip" "s3://$bucket/$1/$sum.zip"
{% if sam %}
  placed+=(-e "s|^\( *CodeUri: \)src/$1/\$|\1s3://$bucket/$1/$sum.zip|")
{% else %}
  parameters+=("$2CodeKey=$1/$sum.zip")
{% endif %}
}

{% endif %}
{% if images %}
{% include "files/sum_of.sh" %}
{% include "files/push_to.sh" %}
push() {
  local repository
  repository="$(output "$2Repository")"
  push_to "$repository" "$1"
  parameters+=("$2ImageUri=$image")
}

{% endif %}
# 1. Where the code goes: repositories and a bucket.
stack "$APP-code" {{ "out/code.json" if cdk else "code.yaml" }} --parameter-overrides "App=$APP"
bucket="$(output CodeBucket)"
{% if sam %}
# Where each package is, in place of the folder of its sources.
placed=()
parameters=()
{% else %}
parameters=("CodeBucket=$bucket")
{% endif %}

# 2. The code.
{% for one in workloads %}
{{ "push" if one.image else "upload" }} {{ one.id }} {{ one.p }}
{% endfor %}

# 3. The stack itself, with what parameters.txt gives besides: Name=value, one a line.
if [ -f parameters.txt ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    [ -z "$line" ] || parameters+=("$line")
  done < parameters.txt
fi
{% if sam %}
sed {{ '"${placed[@]}"'|safe if packages else "''"|safe }} template.yaml > out/template.yaml
stack "$APP" out/template.yaml --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
  --s3-bucket "$bucket" ${parameters[@]:+--parameter-overrides "${parameters[@]}"}
{% else %}
stack "$APP" {{ "out/template.json" if cdk else "template.yaml" }} --capabilities CAPABILITY_IAM \
  --s3-bucket "$bucket" --parameter-overrides "${parameters[@]}"
{% endif %}
{% endif %}
