#!/usr/bin/env bash
# Applies the manifests under kubernetes/, with the images that deploy.sh has pushed, and the
{% if native %}
# target groups and the environment that outputs of Terraform say. It runs inside the network, where the API of the
# cluster is reached, with Terraform, which reads the outputs from the state, the AWS CLI and
# kubectl; what it applies is left in out/kubernetes/.
{% else %}
# target groups and the environment that outputs of the stack say. It runs inside the network, where the API of the
# cluster is reached, with the AWS CLI and kubectl; what it applies is left in out/kubernetes/.
{% endif %}
set -euo pipefail
cd "$(dirname "$0")"
: "${APP:?the name of the {{ "app, as in terraform.tfvars"|safe if native else "stack" }}}"

{% if native %}
export TF_IN_AUTOMATION=1
terraform=("${TERRAFORM:-terraform}" -chdir=terraform)
"${terraform[@]}" init -input=false > /dev/null

# The output $1 of the configuration, which is one word: of an empty state Terraform prints a
# warning instead.
output() {
  local value
  value="$("${terraform[@]}" output -raw "$1" || true)"
  case "$value" in
    '' | *[[:space:]]*)
      echo "the state of $APP has no output $1: deploy it first" >&2
      return 1
      ;;
  esac
  echo "$value"
}
{% else %}
# The output $1 of the stack.
output() {
  local value
  value="$(aws cloudformation describe-stacks --stack-name "$APP" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue")"
  if [ -z "$value" ] || [ "$value" = None ]; then
    echo "the stack $APP has no output $1: deploy it first" >&2
    return 1
  fi
  echo "$value"
}
{% endif %}

{% include "files/sum_of.sh" %}
{% include "files/digest_of.sh" %}
# Copies the manifests of $1, and names its image by the digest of what was pushed for its source.
prepare() {
  local repository digest
  repository="$(aws ecr describe-repositories --repository-names "$APP/$1" \
    --query 'repositories[0].repositoryUri' --output text)"
  digest="$(digest_of "$1")"
  rm -rf "out/kubernetes/$1"
  cp -R "kubernetes/$1" "out/kubernetes/$1"
  sed -i.bak -E "s|^( *newName:).*|\\1 $repository|; s|^( *digest:).*|\\1 $digest|" "out/kubernetes/$1/kustomization.yaml"
  rm "out/kubernetes/$1/kustomization.yaml.bak"
}

# Joins the pods of $1 to the target group that the output $2 names.
bind() {
  local group
  group="$(output "$2")"
  sed -i.bak -E "s|^( *targetGroupARN:).*|\\1 $group|" "out/kubernetes/$1/deployment.yaml"
  rm "out/kubernetes/$1/deployment.yaml.bak"
}

# Gives the pods of $1 the output $3 as $2 of their environment.
give() {
  local value
  value="$(output "$3")"
  sed -i.bak -E "s|^( *- $2=).*|\\1$value|" "out/kubernetes/$1/kustomization.yaml"
  rm "out/kubernetes/$1/kustomization.yaml.bak"
}

mkdir -p out/kubernetes
aws eks update-kubeconfig --name "$(output {{ "cluster_name" if native else "ClusterName" }})"
{% for one in workloads %}
{% if one.pods %}

prepare {{ one.id }}
{% if one.listens %}
bind {{ one.id }} {{ (one.p ~ "TargetGroup")|snake if native else one.p ~ "TargetGroup" }}
{% endif %}
{% for given in one.env %}
give {{ one.id }} {{ given.name }} {{ given.output|snake if native else given.output }}
{% endfor %}
kubectl apply -k out/kubernetes/{{ one.id }}
{% endif %}
{% endfor %}
