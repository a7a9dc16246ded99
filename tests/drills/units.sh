#!/usr/bin/env bash
# A drill: systemd and nginx read the files of deploy/ without a complaint. What is not installed is skipped, and says so.
set -euo pipefail
cd "$(dirname "$0")/../../deploy"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if command -v systemd-analyze > /dev/null; then
  # the programs need not be where the units say: here a program that is everywhere stands for them
  for unit in *.service *.timer; do
    sed -E 's#^ExecStart=[^ ]+#ExecStart=/bin/true#' "$unit" > "$scratch/$unit"
  done
  said=$(systemd-analyze verify "$scratch"/csc-*.service "$scratch"/csc-*.timer 2>&1)
  [ -z "$said" ] || { echo "NOT KEPT: systemd-analyze says: $said"; exit 1; }
  echo "systemd-analyze verify: $(ls ./*.service ./*.timer | wc -l) units, no complaint"
else
  echo "systemd-analyze is not installed: the units were not checked"
fi
nginx=${NGINX_PROGRAM:-$(command -v nginx || true)}
if [ -n "$nginx" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=csc.council.example \
    -keyout "$scratch/key.pem" -out "$scratch/fullchain.pem" 2> /dev/null
  touch "$scratch/csc.htpasswd"
  sed "s#/etc/ssl/csc#$scratch#; s#/etc/nginx/csc.htpasswd#$scratch/csc.htpasswd#" nginx.conf > "$scratch/csc.conf"
  temporary=$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $scratch/$kind;"; done)
  echo "events {} http { access_log off; $temporary include $scratch/csc.conf; }" > "$scratch/nginx.conf"
  "$nginx" -t -q -e "$scratch/error.log" -p "$scratch" -c "$scratch/nginx.conf" -g "pid $scratch/pid;"
  echo "nginx -t: $("$nginx" -v 2>&1 | sed 's/.*: //'), no complaint"
else
  echo "nginx is not installed: its configuration was not checked (NGINX_PROGRAM=/path/to/nginx)"
fi
