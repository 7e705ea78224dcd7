"""What a person types."""

from argparse import ArgumentTypeError

import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.stream_cli.values import Values, When
from nexy_protocol.encoding import Encoding

VALUES = Values(Catalogue(PACKAGE, "en"))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("channels", "3-7", (3, 7)),
        ("channels", "5", (5, 5)),
        ("frequencies", "0.5-50", (0.5, 50.0)),
        ("nfft", "1024", 1024),
        ("nfft", "65536", 65536),
        ("whole", "1", 1),
        ("stream", "0", 0),
        ("seconds", "0.5", 0.5),
        ("speed", "0", 0.0),
        ("when", "+2.5", When(seconds=2.5, after_begin=True)),
        ("when", "1700000000.25", When(seconds=1_700_000_000.25)),
        ("when", "1970-01-01T00:01:00Z", When(seconds=60.0)),
        ("when", "1970-01-01T00:01:00", When(seconds=60.0)),
        ("when", "1970-01-01T01:00:00+01:00", When(seconds=0.0)),
        ("view", "single", 1),
        ("view", "2", 2),
        ("encoding", "u8", Encoding.PACKED_U8),
        ("threshold", "rate_fps=20.5", ("rate_fps", 20.5)),
        ("threshold", "stuck-frames=3", ("stuck_frames", 3)),
        ("address", "focus.example", "focus.example"),
        ("address", "https://focus.example:8443", "https://focus.example:8443"),
        ("address", "[::1]:8000", "[::1]:8000"),
        ("address", "[::1]", "[::1]"),
        ("language", "ru", "ru"),
        ("color", "never", "never"),
    ],
)
def test_a_value_is_read(kind: str, text: str, value: object) -> None:
    """Each form that the help names."""
    assert getattr(VALUES, kind)(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("channels", "9-2", "MIN not above MAX"),
        ("channels", "a-b", "0-511"),
        ("channels", "-3", "MIN-MAX"),
        ("channels", "3-", "MIN-MAX"),
        ("frequencies", "50-1", "MIN below MAX"),
        ("frequencies", "5", "MIN-MAX"),
        ("frequencies", "0-inf", "MIN-MAX"),
        ("nfft", "1000", "512, 1024"),
        ("nfft", "64", "128"),
        ("nfft", "131072", "65536"),
        ("nfft", "many", "power of two"),
        ("whole", "0", "from 1 on"),
        ("stream", "-1", "from 0 on"),
        ("seconds", "0", "above 0"),
        ("seconds", "nan", "above 0"),
        ("speed", "-1", "real time"),
        ("when", "yesterday", "+S"),
        ("view", "3d", "multichannel, single, waterfall"),
        ("encoding", "f16", "float, f32, u8"),
        ("threshold", "rate_fps", "NAME=VALUE"),
        ("threshold", "speed=1", "connect_s"),
        ("threshold", "rate_fps=fast", "number from 0 on"),
        ("threshold", "rate_fps=-1", "number from 0 on"),
        ("address", "ftp://x", "no address"),
        ("address", "host:99999", "no address"),
        ("language", "de", "en, ru"),
        ("color", "red", "auto, always, never"),
    ],
)
def test_what_cannot_be_meant_is_refused(kind: str, text: str, words: str) -> None:
    """With a sentence that says which form is right."""
    with pytest.raises(ArgumentTypeError) as refused:
        getattr(VALUES, kind)(text)
    assert words in str(refused.value)
