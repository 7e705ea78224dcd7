"""Packages that need not be installed."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.reading.extra import pathspec, watchfiles


@pytest.mark.parametrize("package", [pathspec, watchfiles])
def test_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch, package: Callable[[], ModuleType]) -> None:
    """One line says how to get it; once it is there it is used."""
    assert package().__name__ == package.__name__
    monkeypatch.setitem(sys.modules, package.__name__, None)
    with pytest.raises(Unavailable, match=r"pip install 'nexy-server\[code\]'") as missing:
        package()
    assert missing.value.code == "code_extra_missing"
