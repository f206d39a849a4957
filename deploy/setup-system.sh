#!/bin/sh
# Finds what the tests need from the operating system (deploy/system-programs) and installs what is missing where it may.
# With everything in place it starts no package manager. In CI an absence ends the run; elsewhere those tests are skipped and counted.
set -eu
cd "$(dirname "$0")/.."
LIST=deploy/system-programs
PATH=$PATH:/usr/sbin

is_present() { # is_present PROBE
    case $1 in
    command:*) for program in $(echo "${1#command:}" | tr ',' ' '); do command -v "$program" >/dev/null 2>&1 && return 0; done; return 1 ;;
    file:*) for file in $(echo "${1#file:}" | tr ',' ' '); do [ -e "$file" ] && return 0; done; return 1 ;;
    library:*) ldconfig -p 2>/dev/null | grep -q "^[[:space:]]*${1#library:} " ;;
    font:*) command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list ":lang=${1#font:}" family 2>/dev/null)" ] ;;
    *) echo "system: $LIST has a probe of an unknown sort: $1" >&2; exit 2 ;;
    esac
}

missing_rows() { # every row whose probe fails, as NAME|PACKAGES|WHY
    sed -e '/^#/d' -e '/^[[:space:]]*$/d' "$LIST" | while IFS='|' read -r name probe packages why; do
        is_present "$(echo "$probe" | tr -d ' ')" || echo "$(echo "$name" | tr -d ' ')|$(echo $packages)|$(echo $why)"
    done
}

missing=$(missing_rows)
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >/dev/null 2>&1 || echo "system: the package lists could not be refreshed; trying with the ones at hand" >&2
    echo "$missing" | while IFS='|' read -r name packages why; do
        echo "system: installing $packages ($why)" >&2
        # shellcheck disable=SC2086 # several packages in one word list
        apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $packages </dev/null >/dev/null 2>&1 ||
            echo "system: installing $packages failed" >&2
    done
    missing=$(missing_rows)
    [ -n "$missing" ] || exit 0
fi

echo "$missing" | while IFS='|' read -r name packages why; do
    echo "system: missing $name ($why)" >&2
done
echo "system: to get all of it, as an administrator: apt-get install $(echo "$missing" | cut -d'|' -f2 | tr '\n' ' ')" >&2
case ${CI:-} in
'' | 0 | false) echo "system: going on; the tests that need it are skipped and counted" >&2 ;;
*) echo "system: in CI nothing may be missing" >&2; exit 1 ;;
esac
