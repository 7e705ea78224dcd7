"""The command `nexy-stream`: check a sensor stream, or look at it; `nexy stream check` and `view` are the same."""

import os

# Before anything imports grpc: its core writes lines of its own above our sentence about a wrong certificate.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

from nexy_client.stream_cli.command import main, run
from nexy_client.stream_cli.invocation import Invocation

__all__ = ["Invocation", "main", "run"]
