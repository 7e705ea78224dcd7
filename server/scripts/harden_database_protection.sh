#!/usr/bin/env bash
# Applies the database's grants and guards again and proves every refusal by trying it; exit 1 when one passes.
# It works on the database of NEXY_HOME, or on DATABASE_URL. Further arguments go to `nexy db harden` (--json).
set -euo pipefail
beside="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.venv/bin/python"
python="${PYTHON:-$beside}"
[ -x "$python" ] || python="$(command -v python3)"
exec "$python" -m nexy.cli.main db harden "$@"
