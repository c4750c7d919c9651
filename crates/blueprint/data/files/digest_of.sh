# The digest that the registry has for the source of $1; fails where it has no image of it.
digest_of() {
  aws ecr describe-images --repository-name "$APP/$1" --image-ids "imageTag=$(sum_of "src/$1")" \
    --query 'imageDetails[0].imageDigest' --output text
}

