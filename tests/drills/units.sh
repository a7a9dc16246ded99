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
  echo "officer:$(openssl passwd -apr1 made-up)" > "$scratch/csc.htpasswd"
  chmod 755 "$scratch" && chmod 644 "$scratch/csc.htpasswd"  # a server that root starts reads them as nobody
  sed "s#/etc/ssl/csc#$scratch#; s#/etc/nginx/csc.htpasswd#$scratch/csc.htpasswd#
    s#listen 443#listen 127.0.0.1:18443#; s#127.0.0.1:3000#127.0.0.1:13000#" nginx.conf > "$scratch/csc.conf"
  temporary=$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $scratch/$kind;"; done)
  echo "events {} http { access_log off; $temporary include $scratch/csc.conf; }" > "$scratch/nginx.conf"
  "$nginx" -t -q -e "$scratch/error.log" -p "$scratch" -c "$scratch/nginx.conf" -g "pid $scratch/pid;"
  # a server that answers everything stands for Dagster's: whoever has no login must not reach it
  mkdir "$scratch/page" && echo dagster > "$scratch/page/index.html"
  python3 -m http.server --bind 127.0.0.1 --directory "$scratch/page" 13000 > /dev/null 2>&1 &
  behind=$!
  "$nginx" -e "$scratch/error.log" -p "$scratch" -c "$scratch/nginx.conf" -g "pid $scratch/pid; daemon off;" &
  before=$!
  trap 'kill $behind $before 2> /dev/null; wait; rm -rf "$scratch"' EXIT
  ask() { curl --silent --insecure --output /dev/null --write-out '%{http_code}' "$@" https://127.0.0.1:18443/; }
  for _ in $(seq 50); do [ -e "$scratch/pid" ] && curl --silent http://127.0.0.1:13000/ > /dev/null && break || sleep 0.2; done
  stranger=$(ask) wrong=$(ask --user officer:guess) officer=$(ask --user officer:made-up)
  [ "$stranger $wrong $officer" = "401 401 200" ] || { echo "NOT KEPT: nginx answers $stranger, $wrong, $officer"; exit 1; }
  echo "nginx: 401 without a login, 401 with a wrong one, 200 with the right one"
  echo "nginx -t: $("$nginx" -v 2>&1 | sed 's/.*: //'), no complaint"
else
  echo "nginx is not installed: its configuration was not checked (NGINX_PROGRAM=/path/to/nginx)"
fi
