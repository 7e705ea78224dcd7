"""What calls do to the world."""

import pytest

from nexy.modules.ai_router.offline_code.explaining.effects import effects_of
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline, Outline


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("open", "files"),
        ("path.read_text", "files"),
        ("fetch", "network"),
        ("requests.get", "network"),
        ("subprocess.run", "processes"),
        ("cursor.execute", "database"),
        ("fmt.Println", "output"),
        ("Date.now", "time"),
        ("os.chdir", "state"),
    ],
)
def test_a_call_tells_its_effect(call: str, kind: str) -> None:
    """By its name."""
    outline = Outline(functions=[FunctionOutline(name="f", line=1, end_line=2, calls=("g", call))])
    assert list(effects_of(outline)) == [(kind, call, "f")]


def test_each_kind_is_told_once() -> None:
    """With the first call of it."""
    outline = Outline(functions=[FunctionOutline(name="f", line=1, end_line=2, calls=("print", "fmt.Println"))])
    assert [call for _, call, _ in effects_of(outline)] == ["print"]
