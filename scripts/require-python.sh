#!/bin/sh
# Is there a Python that can make a virtualenv? If not, say what to type (in French, as `maillage` does).
python=${PYTHON:-python3}
fix() {
    printf '%s\n' "$1" "Sous Debian ou Ubuntu :" "" "    sudo apt install python3 python3-venv" "" \
        "puis de nouveau : make run. Pour désigner un autre Python : make run PYTHON=python3.12" >&2
    exit 1
}
"$python" -c '' 2>/dev/null ||
    fix "Maillage demande Python 3.11 ou plus récent ; « $python » ne se lance pas ici."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fix "Maillage demande Python 3.11 ou plus récent ; « $python » est en $("$python" -V 2>&1 | cut -d' ' -f2)."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fix "« $python » ne sait pas créer d’environnement : ses modules venv et ensurepip manquent."
