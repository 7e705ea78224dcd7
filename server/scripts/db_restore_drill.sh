#!/usr/bin/env bash
# Proves that a backup (the newest, or the one that is named) comes back: restored into a temporary database, compared
# with what was backed up, protections proven, dropped. Arguments go to `nexy db drill`; exit 1 on any difference.
set -euo pipefail
beside="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin/python"
python="${PYTHON:-$beside}"
[ -x "$python" ] || python="$(command -v python3)"
exec "$python" -m nexy.cli.main db drill "$@"
