#!/usr/bin/env bash
# Submits the fleet as one array job of {{ fleet.shards }} shards, and says its id.
set -euo pipefail
: "${APP:?the name of the stack}"

output() {
  aws cloudformation describe-stacks --stack-name "$APP" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

aws batch submit-job --job-name {{ workload.id }} --array-properties size={{ fleet.shards }} \
  --job-queue "$(output {{ prefix }}JobQueue)" --job-definition "$(output {{ prefix }}JobDefinition)" \
  --query jobId --output text
