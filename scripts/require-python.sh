#!/bin/sh
# Is there a Python that can make a virtualenv? If not, say what to type.
python=${PYTHON:-python3}
fix() {
    printf '%s\n' "$1" "On Debian or Ubuntu:" "" "    sudo apt install python3 python3-venv" "" \
        "then again: make run. Another Python can be named: make run PYTHON=python3.12" >&2
    exit 1
}
"$python" -c '' 2>/dev/null || fix "Maillage needs Python 3.11 or later; '$python' does not run here."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fix "Maillage needs Python 3.11 or later; '$python' is $("$python" -V | cut -d' ' -f2)."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fix "'$python' cannot make a virtualenv: its modules venv and ensurepip are missing."
