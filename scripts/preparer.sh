#!/usr/bin/env bash
# Installs what the project needs: system packages when missing, then the locked Python dependencies
# in .venv. Usage: scripts/preparer.sh requirements.lock|requirements-dev.lock. A second call is quick.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1

manquants=()
exiger() { eval "$1" >/dev/null 2>&1 || manquants+=("${@:2}"); }
exiger 'python3 -c "import ensurepip"' python3-venv
exiger 'command -v soffice' libreoffice-writer-nogui
exiger '/usr/bin/python3 -c "import uno"' python3-uno
exiger 'command -v openssl' openssl
exiger 'command -v pdftoppm' poppler-utils
exiger 'ls /usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf' fonts-liberation2
exiger 'ls /usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf' fonts-crosextra-carlito
exiger 'ls /usr/share/fonts/truetype/crosextra/Caladea-Regular.ttf' fonts-crosextra-caladea
exiger 'ls /usr/share/fonts/opentype/unifont/unifont_upper.otf' fonts-unifont
exiger 'ls /usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf' fonts-symbola

if [ ${#manquants[@]} -gt 0 ]; then
  echo "Installation des paquets du système : ${manquants[*]}"
  if ! command -v apt-get >/dev/null; then
    echo "Ce système n'a pas apt : installez l'équivalent de ces paquets, puis relancez." >&2
    exit 1
  fi
  admin=""
  if [ "$(id -u)" -ne 0 ]; then admin="sudo"; fi
  $admin apt-get update -qq
  $admin env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${manquants[@]}" >/dev/null
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Il faut Python 3.11 ou plus récent ; ici : $(python3 --version)." >&2
  exit 1
fi
[ -x .venv/bin/python ] || python3 -m venv .venv

temoin=.venv/.$(basename "$lock")
if ! cmp -s "$lock" "$temoin"; then
  echo "Installation des dépendances Python de $lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  cp "$lock" "$temoin"
fi
