{% include "files/digest_of.sh" %}
# Pushes out/$2.tar to repository $1 under the sum of its source; `image` is then its name by
# digest. Nothing in the image is run.
push_to() {
  local tag
  tag="$(sum_of "src/$2")"
  aws ecr get-login-password | docker login --username AWS --password-stdin "${1%%/*}"
  if ! digest_of "$2" > /dev/null 2>&1; then
    docker load --quiet --input "out/$2.tar"
    docker tag "$2:built" "$1:$tag"
    docker push --quiet "$1:$tag"
  fi
  image="$1@$(digest_of "$2")"
}

