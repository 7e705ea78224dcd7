"""The cases that the offline brain for code is judged by."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nexy.config.ai_router_section import OfflineCodeConfig

_CORPUS = Path(__file__).parents[1] / "modules/ai_router/offline_code/corpus"
LIMITS = OfflineCodeConfig()


@cache
def cases(name: str) -> list[dict[str, Any]]:
    """The entries of one file."""
    loaded: list[dict[str, Any]] = yaml.safe_load((_CORPUS / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded
