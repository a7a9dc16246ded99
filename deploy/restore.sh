#!/usr/bin/env bash
# Restore a backup into an empty CSC_HOME: restore.sh BACKUP.tar HOME. Run it as the account that runs `csc`.
set -euo pipefail
umask 077
backup=$(realpath "$1") home=$2
(cd "$(dirname "$backup")" && sha256sum --check --quiet "$(basename "$backup").sha256")
if [ -n "$(ls -A "$home" 2> /dev/null)" ]; then
  echo "$home is not empty. Move what is there out of the way first." >&2
  exit 1
fi
mkdir -p "$home"
tar --extract --preserve-permissions --file "$backup" --directory "$home"
echo "Restored into $home. Set CSC_CHILD_KEY_SECRET to the secret of that time, then: csc run"
