"""Names that languages bring along."""

from functools import cache
from pathlib import Path

import numpy as np

from nexy.modules.code_search.graph.mentions import Hashes
from nexy.modules.code_search.terms.hashing import name_hash

_FILE = Path(__file__).with_name("usual_names.txt")


@cache
def usual_names() -> Hashes:
    """Their hashes, sorted."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    names = {word for line in lines if not line.startswith("#") for word in line.split()}
    return np.array(sorted(name_hash(name) for name in names), np.uint64)
