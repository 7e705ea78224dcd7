"""The body of a caller who speaks the provider's wire."""

import msgspec
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.openai.passed_body import passed_body, wants_usage


def test_only_the_model_is_set() -> None:
    """Every other byte of every value stays, also what we have never heard of."""
    body = b'{"model": "a", "messages": [ {"role":"user", "content":"\\u0041"} ], "seed": 1e2, "x_new": {"y": [1 ]}}'
    assert passed_body(body, 'm"', streamed=False) == (
        b'{"model":"m\\"","messages":[ {"role":"user", "content":"\\u0041"} ],"seed":1e2,"x_new":{"y": [1 ]}}'
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"{}", {"include_usage": True}),
        (b'{"stream_options": null}', {"include_usage": True}),
        (b'{"stream_options": {"include_usage": false, "other": 1}}', {"include_usage": True, "other": 1}),
    ],
)
def test_a_stream_is_asked_for_its_usage(given: bytes, told: object) -> None:
    """Other options of the caller stay."""
    assert msgspec.json.decode(passed_body(given, "m", streamed=True))["stream_options"] == told


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b'{"a": }', b"[" * 100_000, b'{"stream_options": 7}'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """It would be refused by the provider too, later."""
    with pytest.raises(ValidationFailed) as caught:
        passed_body(body, "m", streamed=True)
    assert caught.value.code == "invalid_json"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"{}", False),
        (b"nonsense", False),
        (b'{"stream_options": null}', False),
        (b'{"stream_options": {"include_usage": false}}', False),
        (b'{"stream_options": {"include_usage": true}}', True),
    ],
)
def test_whether_the_caller_wants_the_usage(body: bytes, *, wanted: bool) -> None:
    """Only who asked for it sees the event that holds it."""
    assert wants_usage(body) is wanted
