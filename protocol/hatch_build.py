"""Ships the proto files inside the wheel, beside their stubs."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProtoFiles(BuildHookInterface[Any]):
    """Adds every proto file of this folder to a built wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the build; an editable install reads the files where they are."""
        if version == "editable":
            return
        for proto in sorted(Path(self.root).glob("*.proto")):
            build_data["force_include"][str(proto)] = f"nexy_protocol/{proto.name}"
