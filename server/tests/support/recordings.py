"""Where tests find recordings: small cuts beside them, the whole set where the machine has it."""

import os
from pathlib import Path

import pytest

CUTS = Path(__file__).parents[1] / "recordings"

_CHECKOUT = Path(__file__).parents[3]


def whole_set() -> Path:
    """The folder of all nine recordings; skips the test, with the reason, where they are absent."""
    given = os.environ.get("NEXY_DAS_RECORDINGS")
    folder = Path(given) if given else _CHECKOUT.parent / "shared" / "data" / "das"
    if not folder.is_dir():
        pytest.skip("the whole set of recordings is not here (NEXY_DAS_RECORDINGS names its folder)")
    return folder
