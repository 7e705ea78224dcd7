#!/usr/bin/env bash
# Make the Python stubs of every proto file again; prints the compiler's version, ends with 0 when all is well.
#   bash client/scripts/generate_proto.sh [--check]
set -euo pipefail

top="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
python="${PYTHON:-$top/.venv/bin/python}"
if [ ! -x "$python" ]; then
  python="$(command -v python3)" || { echo "no Python found: run 'make setup' first, or set PYTHON" >&2; exit 1; }
fi

"$python" -m grpc_tools.protoc --version || { echo "grpc_tools is missing: run 'make setup' first" >&2; exit 1; }
"$python" "$top/protocol/generate.py" "$@"
"$python" -c 'from nexy_protocol import datastream_pb2; print(datastream_pb2.DESCRIPTOR.name, "can be imported")'
