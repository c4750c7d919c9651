#!/usr/bin/env bash
# Tests and builds the code, and leaves in out/ what deploy.sh takes. It needs no
# credentials and should have none: what it installs is the code of others.
set -euo pipefail
cd "$(dirname "$0")"
{% if cdk %}
: "${APP:?the name of the stack}"
{% endif %}
export TZ=UTC
umask 022

# Packs build/$1: the same files give the same bytes, so nothing is deployed that has
# not changed.
pack() {
  (cd "build/$1" && find . -type f -exec chmod 644 {} + -exec touch -t 198001010000 {} + \
    && find . -type f | LC_ALL=C sort | zip -qX -@ "../../out/$1.zip")
}

{% if python %}
# Puts what src/$1 stands on into its package: wheels for processor $2 and Python $3, of
# every age that Lambda's system takes.
wheels() {
  pip install --quiet --no-compile --require-hashes --requirement "src/$1/requirements.txt" --target "build/$1" \
    --platform "manylinux_2_28_$2" --platform "manylinux_2_27_$2" --platform "manylinux2014_$2" \
    --python-version "$3" --only-binary :all:
}

# Runs the tests of src/$1 on this machine.
test_python() {
  python3 -m venv "build/venv/$1"
  if [ -f "src/$1/requirements.txt" ]; then
    "build/venv/$1/bin/pip" install --quiet --require-hashes --only-binary :all: --requirement "src/$1/requirements.txt"
  fi
  (cd "src/$1" && PYTHONDONTWRITEBYTECODE=1 "../../build/venv/$1/bin/python" -m unittest -q)
}

{% endif %}
{% if typescript %}
# Runs the tests of src/$1 on this machine.
test_typescript() {
  npm --prefix "src/$1" ci --ignore-scripts --no-audit --no-fund
  npm --prefix "src/$1" test
}

{% endif %}
{% if java %}
# Runs the tests of src/$1 on this machine.
test_java() {
  mkdir -p "build/test/$1"
  javac --release 8 -Xlint:-options -d "build/test/$1" "src/$1"/*.java
  java -ea -cp "build/test/$1" IndexTest
}

{% endif %}
{% if images %}
# Builds the image of src/$1 for $2, and keeps it as a file.
image() {
  docker buildx build --load --platform "$2" --provenance false --tag "$1:built" "src/$1"
  docker save --output "out/$1.tar" "$1:built"
}

{% endif %}
rm -rf build out
mkdir -p build out
{% if cdk %}

# The templates. They have no assets, so the AWS CLI can deploy them as they are.
npm --prefix cdk ci --ignore-scripts --no-audit --no-fund
(cd cdk && npx --no -- cdk synth --quiet --strict --no-notices)
cp "cdk/cdk.out/$APP.template.json" out/template.json
cp "cdk/cdk.out/$APP-code.template.json" out/code.json
{% endif %}
{% for one in workloads %}

test_{{ one.language }} {{ one.id }}
{% if one.image %}
image {{ one.id }} {{ one.docker }}
{% elif one.language == "python" %}
mkdir -p build/{{ one.id }}
{% if one.requirements %}
wheels {{ one.id }} {{ one.wheels }} {{ one.version }}
{% endif %}
find src/{{ one.id }} -maxdepth 1 -type f ! -name 'test_*' ! -name requirements.txt -exec cp {} build/{{ one.id }}/ \;
pack {{ one.id }}
{% elif one.language == "java" %}
mkdir -p build/{{ one.id }}
javac --release 8 -Xlint:-options -d build/{{ one.id }} src/{{ one.id }}/Index.java
pack {{ one.id }}
{% else %}
mkdir -p build/{{ one.id }}
npx --no --prefix src/{{ one.id }} -- esbuild src/{{ one.id }}/index.ts --bundle --platform=node --target=node{{ one.version }} \
  '--external:@aws-sdk/*' --outfile=build/{{ one.id }}/index.js
find src/{{ one.id }} -maxdepth 1 -name '*.json' ! -name 'package*.json' ! -name tsconfig.json -exec cp {} build/{{ one.id }}/ \;
pack {{ one.id }}
{% endif %}
{% endfor %}
