#!/usr/bin/env bash
# Tests, builds and uploads the code, and writes parameters.txt for the stack.
set -euo pipefail
cd "$(dirname "$0")"
: "${APP:?the name of the stack}"

output() {
  aws cloudformation describe-stacks --stack-name "$APP-code" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

bucket="$(output CodeBucket)"
echo "$bucket" > .code-bucket
echo "CodeBucket=$bucket" > parameters.txt

# A short sum over the files below a folder, but for what tests and builds leave there.
sum_of() {
  (cd "$1" && find . -type d \( -name node_modules -o -name build -o -name __pycache__ \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# Packages src/$1 and uploads it under the sum of its contents: the same code is the
# same object, so nothing is deployed that has not changed.
upload() {
  local sum
  sum="$(sum_of "build/$1")"
  (cd "build/$1" && find . -type f -exec touch -t 198001010000 {} + && zip -qrX "../$1-$sum.zip" .)
  aws s3 cp --only-show-errors "build/$1-$sum.zip" "s3://$bucket/$1/$sum.zip"
  echo "$2CodeKey=$1/$sum.zip" >> parameters.txt
}

{% if python %}
# Puts what src/$1 stands on into its package: wheels for processor $2 and Python $3, of
# every age that Lambda's system takes.
wheels() {
  pip install --quiet --requirement "src/$1/requirements.txt" --target "build/$1" \
    --platform "manylinux_2_28_$2" --platform "manylinux_2_27_$2" --platform "manylinux2014_$2" \
    --python-version "$3" --only-binary :all:
}

{% endif %}
# Builds the image of src/$1 for $3, pushes it, and names it by its digest.
push() {
  local repository tag
  repository="$(output "$2Repository")"
  tag="$(sum_of "src/$1")"
  aws ecr get-login-password | docker login --username AWS --password-stdin "${repository%%/*}"
  if ! aws ecr describe-images --repository-name "$APP/$1" --image-ids "imageTag=$tag" > /dev/null 2>&1; then
    docker buildx build --platform "$3" --provenance false --push --tag "$repository:$tag" "src/$1"
  fi
  local digest
  digest="$(aws ecr describe-images --repository-name "$APP/$1" --image-ids "imageTag=$tag" \
    --query 'imageDetails[0].imageDigest' --output text)"
  echo "$2ImageUri=$repository@$digest" >> parameters.txt
{% if kubernetes %}
  sed -i.bak -E "s|^( *newName:).*|\\1 $repository|; s|^( *digest:).*|\\1 $digest|" "kubernetes/$1/kustomization.yaml"
  rm "kubernetes/$1/kustomization.yaml.bak"
{% endif %}
}

{% if python %}
# Runs the tests of src/$1 on this machine.
test_python() {
  python3 -m venv "build/venv/$1"
  if [ -f "src/$1/requirements.txt" ]; then
    "build/venv/$1/bin/pip" install --quiet --requirement "src/$1/requirements.txt"
  fi
  (cd "src/$1" && PYTHONDONTWRITEBYTECODE=1 "../../build/venv/$1/bin/python" -m unittest -q)
}

{% endif %}
{% if typescript %}
# Runs the tests of src/$1 on this machine.
test_typescript() {
  npm --prefix "src/$1" install --no-audit --no-fund
  npm --prefix "src/$1" test
}

{% endif %}
rm -rf build
mkdir -p build
{% for one in workloads %}

{% if one.language == "python" %}
test_python {{ one.id }}
{% else %}
test_typescript {{ one.id }}
{% endif %}
{% if one.image %}
push {{ one.id }} {{ one.p }} {{ one.docker }}
{% elif one.language == "python" %}
mkdir -p build/{{ one.id }}
{% if one.requirements %}
wheels {{ one.id }} {{ one.wheels }} {{ one.python }}
{% endif %}
find src/{{ one.id }} -maxdepth 1 -type f ! -name 'test_*' ! -name requirements.txt -exec cp {} build/{{ one.id }}/ \;
upload {{ one.id }} {{ one.p }}
{% else %}
mkdir -p build/{{ one.id }}
npx --prefix src/{{ one.id }} esbuild src/{{ one.id }}/index.ts --bundle --platform=node --target=node24 \
  '--external:@aws-sdk/*' --outfile=build/{{ one.id }}/index.js
find src/{{ one.id }} -maxdepth 1 -name '*.json' ! -name 'package*.json' ! -name tsconfig.json -exec cp {} build/{{ one.id }}/ \;
upload {{ one.id }} {{ one.p }}
{% endif %}
{% endfor %}
