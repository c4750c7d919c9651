#!/usr/bin/env bash
# Deploys what the jobs of the fleet run on, with an image of landfall that Docker has: $IMAGE, or
# `landfall`. It runs the AWS CLI and Docker and nothing else.
set -euo pipefail
cd "$(dirname "$0")"
: "${APP:?the name of the stack}"
image="${IMAGE:-landfall}"

output() {
  aws cloudformation describe-stacks --stack-name "$APP-code" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

stack() {
  aws cloudformation deploy --no-fail-on-empty-changeset --stack-name "$1" --template-file "$2" \
    ${EXECUTION_ROLE_ARN:+--role-arn "$EXECUTION_ROLE_ARN"} "${@:3}"
}

# 1. Where the image goes.
stack "$APP-code" code.yaml --parameter-overrides "App=$APP"

# 2. The image, under the sum of what is in it; tags are never written over.
repository="$(output {{ prefix }}Repository)"
id="$(docker image inspect --format '{{ "{{.Id}}"|safe }}' "$image")"
tag="${id#sha256:}"
tag="${tag:0:16}"
digest_of() {
  aws ecr describe-images --repository-name "$APP/{{ workload.id }}" --image-ids "imageTag=$tag" \
    --query 'imageDetails[0].imageDigest' --output text
}
if ! digest="$(digest_of 2> /dev/null)"; then
  aws ecr get-login-password | docker login --username AWS --password-stdin "${repository%%/*}"
  docker tag "$image" "$repository:$tag"
  docker push "$repository:$tag"
  digest="$(digest_of)"
fi

# 3. Queue, jobs and network.
stack "$APP" template.yaml --capabilities CAPABILITY_IAM \
  --parameter-overrides "{{ prefix }}ImageUri=$repository@$digest"
echo "image: $repository@$digest"
