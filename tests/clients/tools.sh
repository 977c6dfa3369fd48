#!/bin/sh
# Installs the programs that tests/clients runs, where it may. Tests of those that are missing then are skipped, and say so.
set -u
missing=
for tool in jq:jq zstd:zstd pigz:pigz xz:xz-utils bzip2:bzip2 parallel:parallel; do
    command -v "${tool%%:*}" > /dev/null || missing="$missing ${tool#*:}"
done
python3 -c 'import ensurepip, venv' 2> /dev/null || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0
command -v apt-get > /dev/null || exit 0
as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
echo "installing$missing"
# shellcheck disable=SC2086  # lists of words
install() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null 2>&1; }
install || { $as_root apt-get update -qq > /dev/null 2>&1 && install; } || echo "could not install$missing"
