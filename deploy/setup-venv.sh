#!/bin/sh
# Makes the virtual environment from the pinned, hashed list. Needs Python 3.11 or newer with venv.
set -eu
: "${PYTHON:=python3}" "${VENV:=.venv}"
cd "$(dirname "$0")/.."
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "setup: $PYTHON is older than 3.11; name a newer one: make demo PYTHON=python3.11" >&2; exit 1; }
if ! "$PYTHON" -m venv "$VENV" >/dev/null 2>&1; then
    rm -rf "$VENV"
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        echo "setup: installing python3-venv" >&2
        apt-get -qq update >/dev/null && apt-get -qq install -y python3-venv >/dev/null
        "$PYTHON" -m venv "$VENV"
    else
        echo "setup: the venv module is missing; run as an administrator: apt-get install python3-venv" >&2; exit 1
    fi
fi
echo "setup: installing the pinned packages into $VENV" >&2
"$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements.lock
"$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
"$VENV/bin/python" -m compileall -q devices sync fieldapp
"$VENV/bin/python" -m fieldapp.code_pack
