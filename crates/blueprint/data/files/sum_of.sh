# A short sum over the files below a folder, but for what tests and builds leave there.
sum_of() {
  (cd "$1" && find . -type d \( -name node_modules -o -name build -o -name __pycache__ \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

