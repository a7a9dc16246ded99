#!/usr/bin/env bash
# Back up a CSC_HOME: backup.sh HOME TO. Holds the lock that a run holds, so no run changes anything meanwhile.
# What a run makes again is left out: what dbt parsed, and the pages of the checks. The secret is not in it.
set -euo pipefail
umask 077
home=$1 to=$2
name="csc-$(date -u +%Y%m%dT%H%M%SZ).tar"
mkdir -p "$to"
trap 'rm -f "$to/.$name"' EXIT
flock "$home/run.lock" tar --create --file "$to/.$name" --directory "$home" \
  --exclude=./run.lock --exclude=./dbt --exclude=./data_docs --exclude=./replay --exclude='*.tmp' .
mv "$to/.$name" "$to/$name"
(cd "$to" && sha256sum "$name" > "$name.sha256")
echo "$to/$name"
