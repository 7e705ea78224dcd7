#!/usr/bin/env bash
# Restores a backup into the database of NEXY_HOME, or of DATABASE_URL; arguments go to `nexy db restore`.
set -euo pipefail
if [ "$#" -eq 0 ]; then
  echo "usage: $0 BACKUP [--replace --yes] [--json]"
  echo "  BACKUP     the name of a backup in BACKUP_FOLDER (NEXY_HOME/backups unless set), or the path of its folder"
  echo "  --replace  although the database is not empty; the old one is kept under another name (--yes: do not ask)"
  exit 1
fi
beside="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin/python"
python="${PYTHON:-$beside}"
[ -x "$python" ] || python="$(command -v python3)"
exec "$python" -m nexy.cli.main db restore "$@"
