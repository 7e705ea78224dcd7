"""The page of a server of sensor streams."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from nexy.cli.stream_page import json_page, listed, print_page, print_sources, reason_of, waits
from nexy.messages.catalogue import Catalogue
from nexy.modules.sensor_streams.sources.opening import parse_sources
from nexy.transport.http_service.focus.shapes import RefusedSource
from nexy.workflows.sensor_stream import SourceList
from support.sensor_parts import FACTS

DOORS = {"grpc": "0.0.0.0:50051", "api": "0.0.0.0:8000", "http": "0.0.0.0:8080"}
SOURCES = listed(SourceList(ready=[FACTS], refused={"quiet": "source 'quiet': every sample is zero"}))


@pytest.mark.parametrize(("language", "dead"), [("en", "2 dead, 1 NaN"), ("ru", "мёртвых: 2, NaN: 1")])
def test_the_page_tells_where_what_and_how_to_go_on(language: str, dead: str) -> None:
    """Doors, the source with its channels, rate, length and flags, what was refused, the next two commands."""
    console = Console(file=io.StringIO(), width=160, record=True, markup=False)
    print_page(console, Catalogue(language), DOORS, SOURCES, ("--home", "/x"))
    page = console.export_text()
    for words in (
        "0.0.0.0:50051", "http://127.0.0.1:8000/focus-server", "well", "100 (1-100)", "1000 Hz",
        "10 s ", "2023-11-14 22:13:20Z", "strain/s", dead, "quiet: every sample is zero",
        "nexy stream check --home /x", "nexy stream view --home /x",
    ):  # fmt: skip
        assert words in page, words


def test_json_is_one_line_with_the_same() -> None:
    """Doors and sources, as programs want them."""
    (line,) = json_page(DOORS, SOURCES).splitlines()
    told = json.loads(line)
    assert (told["grpc"], told["rest"]) == ("0.0.0.0:50051", "http://127.0.0.1:8000/focus-server")
    assert told["sources"][0]["name"] == "well"
    assert told["refused"] == [{"name": "quiet", "reason": "source 'quiet': every sample is zero"}]


@pytest.mark.parametrize("width", [40, 80])
def test_a_name_stays_whole(width: int) -> None:
    """It is pasted into --source: whatever the width, it stands on one line; the date has a line of its own."""
    name = "iDAS005_hdf5_example-626-a-long-one"
    console = Console(file=io.StringIO(), width=width, record=True, markup=False)
    print_sources(console, Catalogue("en"), listed(SourceList(ready=[replace(FACTS, name=name)], refused={})))
    assert name in console.export_text()


def test_band_energies_and_what_is_computed_are_told() -> None:
    """A file of energies is flagged, a computed fibre tells what there is to be found in it."""
    energies = replace(FACTS, band_energy=True, dead_channels=(), nan_channels=())
    demo = replace(FACTS, name="demo", kind="synthetic", description="computed: channels 10-19: 62.5 Hz, amplitude 1")
    console = Console(file=io.StringIO(), width=160, record=True, markup=False)
    print_sources(console, Catalogue("en"), listed(SourceList(ready=[energies, demo], refused={})))
    page = console.export_text()
    assert "band energy, not samples" in page
    assert "demo is computed: channels 10-19: 62.5 Hz" in page


def test_the_remedy_of_a_dead_source_can_be_pasted() -> None:
    """The whole text of the source with its path and options; its name is not said twice."""
    reason = "source 'quiet': every sample is zero: check it, or open it all the same with ?allow_dead=yes"
    (spec,) = parse_sources("quiet=recording:/data/a b.h5?band=1&allow_dead=no")
    told = reason_of(RefusedSource(name="quiet", reason=reason), {"quiet": spec})
    assert told.startswith("every sample is zero")
    pasted = told.rpartition("with ")[2].strip("'")
    assert pasted == "quiet=recording:/data/a%20b.h5?band=1&allow_dead=yes"
    assert parse_sources(pasted)[0].options == (("band", "1"), ("allow_dead", "yes"))
    assert reason_of(RefusedSource(name="quiet", reason=reason), {}).endswith("with ?allow_dead=yes")


def test_a_folder_that_waits_is_known() -> None:
    """From one that is refused."""
    assert waits(RefusedSource(name="now", reason="source 'now': waiting for the first file: the folder 'in' holds"))
    assert not waits(RefusedSource(name="now", reason="source 'now': there is no file or folder in"))
