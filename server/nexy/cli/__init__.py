"""The doors for a person, one file per noun."""

import os

# Before anything imports grpc: its core writes lines of its own beside our one about a taken port.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
