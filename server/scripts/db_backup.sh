#!/usr/bin/env bash
# Takes a backup of the database of NEXY_HOME, or of DATABASE_URL, while everybody goes on working; for cron and systemd.
# Arguments go to `nexy db backup` (--to FOLDER, --json); exit 1 when it failed or was not carried off.
set -euo pipefail
beside="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin/python"
python="${PYTHON:-$beside}"
[ -x "$python" ] || python="$(command -v python3)"
exec "$python" -m nexy.cli.main db backup "$@"
