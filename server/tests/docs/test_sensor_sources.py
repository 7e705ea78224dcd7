"""docs/SENSOR_SOURCES.md says of every kind of source what the code says."""

import re

import pytest

from nexy.messages.catalogue import Catalogue
from nexy.modules.sensor_streams.sources.opening import kinds, options_of, parse_sources
from nexy.modules.sensor_streams.sources.synthetic_options import DEMO_TONES
from support.markdown import ROOT, blocks_of

DOCUMENT = ROOT / "docs" / "SENSOR_SOURCES.md"
_OPTION = re.compile(r"^\| `(\w+)` \| [^|]+ \| (?:`([^`]+)`|-) \| [^|]+ \|$", re.MULTILINE)
_TONE = re.compile(r"^\| a tone \| (\d+) to (\d+) \| ([\d.]+) Hz \| ([\d.]+) \|$", re.MULTILINE)
EXAMPLES = [
    line for block in blocks_of(DOCUMENT) for line in block.lines if block.language == "text" and "NAME=" not in line
]


def _section(kind: str) -> str:
    found = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found, kind
    return found[1]


@pytest.mark.parametrize("kind", kinds())
def test_every_option_of_a_kind_has_its_row(kind: str) -> None:
    """No option is missing or too many, and each default is the code's."""
    told = dict(_OPTION.findall(_section(kind)))
    # These mean "not given"; neither can be written.
    nothing = {"-1": "", "0": ""}
    known = {
        name: nothing.get(default, default) if name in ("start", "duration") else default
        for name, default in options_of(kind).items()
    }
    assert told == known


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_source(example: str) -> None:
    """It parses, with options that its kind has."""
    (spec,) = parse_sources(example)
    assert f"\n{example}\n" in _section(spec.kind)


def test_the_tones_of_the_demonstration_are_told() -> None:
    """Channels, frequency and amplitude of each one."""
    told = [
        f"{first}-{last}:{hertz}:{amplitude}" for first, last, hertz, amplitude in _TONE.findall(_section("synthetic"))
    ]
    assert ";".join(told) == DEMO_TONES


@pytest.mark.parametrize("document", ["README.md", "README.ru.md", "client/docs/README.md"])
def test_people_find_the_document(document: str) -> None:
    """It is linked where people begin, and named by the command's help."""
    assert "docs/SENSOR_SOURCES.md" in (ROOT / document).read_text("utf-8")
    for language in ("en", "ru"):
        assert "docs/SENSOR_SOURCES.md" in Catalogue(language).text("stream.serve_help")
