import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.sensor_streams.sources.opening import parse_sources
from nexy.modules.sensor_streams.sources.spec import SourceSpec, parse_specs


def test_the_documented_example_is_read() -> None:
    """Three sources in their order, with addresses and options."""
    well, now, demo = parse_sources("well=recording:/data/a.h5?allow_dead=yes, now=folder:/data/in, demo=synthetic:")
    assert well == SourceSpec(name="well", kind="recording", address="/data/a.h5", options=(("allow_dead", "yes"),))
    assert (now.kind, now.address, demo.address, demo.options) == ("folder", "/data/in", "", ())


def test_nothing_configured_is_no_source() -> None:
    """An empty text, blanks and trailing commas give none."""
    assert parse_sources("") == parse_sources(" , ,") == ()


def test_a_comma_in_a_path_is_percent_encoded() -> None:
    """%2C, %3F and a blank arrive as themselves; a plus stays a plus."""
    (spec,) = parse_specs("a=recording:/data/x%2Cy%3F z+1.h5")
    assert spec.address == "/data/x,y? z+1.h5"


@given(
    address=st.text(max_size=30).map(str.strip),
    options=st.dictionaries(st.text("abc_", min_size=1), st.text(max_size=20).map(str.strip), max_size=4),
)
def test_a_spec_survives_its_own_text(address: str, options: dict[str, str]) -> None:
    """Writing a spec and reading it again gives the same, whatever the path; so does a pickle."""
    spec = SourceSpec(name="a-b_1", kind="recording", address=address, options=tuple(options.items()))
    assert parse_specs(spec.text) == (spec,)
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("well", "'well' is not NAME=KIND:ADDRESS"),
        ("well=/data/a.h5", "is not NAME=KIND:ADDRESS"),
        ("my well=recording:/a", "the name 'my well' may hold letters"),
        ("=recording:/a", "the name '' may hold"),
        ("a=recording:/a,a=synthetic:", "'a' is given twice"),
        ("a=tape:/a", "there is no kind 'tape' (there are: recording, folder, loop, replay, synthetic, wav)"),
        ("a=recording:", "recording: needs a path"),
        ("a=synthetic:/tmp", "synthetic: takes no path"),
        ("a=recording:/a?allow_dead", "'allow_dead' is not option=value"),
        ("a=recording:/a?band=1&band=2", "option 'band' is given twice"),
        ("a=recording:/a?band=x", "option band=x: 'x' is not a number"),
        ("a=recording:/a?band=1.5", "must be a whole number from 0"),
        ("a=recording:/a?allow_dead=maybe", "must be yes or no"),
        ("a=recording:/a?gaps=hide", "must be fill or refuse"),
        ("a=recording:/a?speed=2", "kind 'recording' has no option 'speed' (it has: allow_dead, band"),
        ("a=loop:/a?speed=nan", "'nan' is not a number"),
        ("a=loop:/a?speed=0", "must be a number from 0.001 to 1000"),
        ("a=folder:/a?poll=-1", "must be a number from 0 to 3600"),
        ("a=synthetic:?rate=0", "option rate=0: must be a number from 0.001"),
        ("a=synthetic:?tones=1:50", "'1:50' is not CHANNEL:HZ:AMPLITUDE"),
        ("a=synthetic:?tones=100:50:1", "'100' is not within the channels 0..99"),
        ("a=synthetic:?tones=1:501:1", "501 Hz is not from 0 to the Nyquist frequency, 500 Hz"),
        ("a=synthetic:?tones=1:x:1", "'x' is not a number"),
        ("a=synthetic:?dead=7-3", "'7-3' is not within the channels"),
        ("a=synthetic:?nan=all", "'all' is not a channel, a range like 3-7, or *"),
    ],
)
def test_what_is_wrong_is_said_with_key_source_and_bounds(text: str, said: str) -> None:
    """A wrong text is refused at start with the key and a sentence that tells how to mend it."""
    with pytest.raises(ConfigurationInvalid) as refused:
        parse_sources(text)
    assert refused.value.field == "sensor_streams.sources"
    assert refused.value.message.startswith("sensor_streams.sources: ")
    assert said in refused.value.message
