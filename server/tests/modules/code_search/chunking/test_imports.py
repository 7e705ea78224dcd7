"""What imports are called."""

import pytest

from nexy.modules.code_search.chunking.imports import imports
from nexy.modules.code_search.chunking.lines import Lines


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("a.b.c", ("a.b.c", "c")),
        ("'./lib/door.test.tsx'", ("./lib/door.test", "test")),
        ("<vector>", ("vector",)),
        ('"net/http"', ("net/http", "http")),
        ("github.com/a/door/v2", ("github.com/a/door/v2", "door")),
        ("crate::a::{self, b as c}", ("a", "b", "c")),
        ("...", ()),
        ("'@scope/door-lock'", ("@scope/door-lock", "door-lock")),
    ],
)
def test_imports_are_whole_and_last_part(written: str, names: tuple[str, ...]) -> None:
    """Quotes, endings and versions are no part of a name; braces name several."""
    lines = Lines(written)
    assert imports([(0, len(lines.source))], lines) == names


def test_each_name_comes_once() -> None:
    """The same module imported twice is one."""
    lines = Lines("os os")
    assert imports([(0, 2), (3, 5)], lines) == ("os",)
