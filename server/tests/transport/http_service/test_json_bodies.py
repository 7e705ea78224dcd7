"""Bodies into shapes."""

import msgspec
import pytest

from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.errors import NexyError, TooLarge, ValidationFailed
from nexy.transport.http_service.json_bodies import BodyReader
from nexy.transport.http_service.plain_refusals import refused_field

JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A little of everything."""

    name: str
    number: int = 0
    share: float = 0.0
    yes: bool = False
    more: dict[str, int] | str | None = None
    raw: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


READER = BodyReader(Shape, forms=True)


class Named(msgspec.Struct):
    """A name."""

    name: str


@pytest.mark.parametrize("kind", [JSON, b"", b"Application/JSON; charset=utf-8"])
def test_json(kind: bytes) -> None:
    """Without a kind a body is JSON; fields that nobody knows are ignored."""
    assert READER.read(b'{"name": "a", "number": 3, "strange": [1]}', kind) == Shape(name="a", number=3)


def test_a_whole_number_may_have_a_point() -> None:
    """45.0 is an integer for JSON Schema; what is raw stays JSON."""
    read = READER.read(b'{"name": "a", "number": 45.0, "more": {"a": 2.0}, "raw": {"x": [1.5]}}', JSON)
    assert (read.number, read.more, bytes(read.raw)) == (45, {"a": 2}, b'{"x":[1.5]}')


def test_forms() -> None:
    """Numbers and truth values come as text, and a field of that name may be unknown twice."""
    read = READER.read(b"name=a+b&number=3&share=0.5&yes=true&other=1&other=2", FORM)
    assert read == Shape(name="a b", number=3, share=0.5, yes=True)


@pytest.mark.parametrize(
    ("body", "kind", "code", "field"),
    [
        (b"{", JSON, "invalid_json", "body"),
        (b'{"number": 1}', JSON, "validation_failed", "name"),
        (b'{"name": 1}', JSON, "validation_failed", "name"),
        (b'{"name": "a", "number": 4.5}', JSON, "validation_failed", "number"),
        (b'{"name": "a", "more": {"x": "y"}}', JSON, "validation_failed", "more[...]"),
        (b"[]", JSON, "validation_failed", "body"),
        (b"number=1", FORM, "validation_failed", "name"),
        (b"name=a&number=one", FORM, "validation_failed", "number"),
        (b"name=a&name=b", FORM, "validation_failed", "name"),
        (b"&".join([b"a=1"] * 200), FORM, "validation_failed", "body"),
        (b"name=%ff", FORM, "validation_failed", "body"),
        (b"<a/>", b"application/xml", "unsupported_media_type", "Content-Type"),
    ],
)
def test_wrong_bodies(body: bytes, kind: bytes, code: str, field: str) -> None:
    """Code and field say what to mend."""
    with pytest.raises(NexyError) as refused:
        READER.read(body, kind)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_who_takes_no_forms_says_so() -> None:
    """A door for programs takes JSON alone."""
    with pytest.raises(ValidationFailed) as refused:
        BodyReader(Shape).read(b"name=a", FORM)
    assert refused.value.code == "unsupported_media_type"


def test_a_message_of_another_form_is_still_told() -> None:
    """Whatever msgspec says next year."""
    assert refused_field("Something else", Shape).field == "body"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (b"name=a%2Bb%20c", "a+b c"),
        ("name=Привет+🦜".encode(), "Привет 🦜"),
        (b"name=%D0%9F%D1%80", "Пр"),
        (b"name=a=b&number=", "a=b"),
        (b"n%61me=x&&", "x"),
        (b"name=100%&other=%zz", "100%"),
    ],
)
def test_forms_are_read_as_browsers_write_them(form: bytes, name: str) -> None:
    """Plus and percent, letters of any alphabet, equals signs in values; what is no code stays."""
    assert BodyReader(Named, forms=True).read(form, b"application/x-www-form-urlencoded; charset=UTF-8").name == name


def test_as_many_fields_as_are_allowed() -> None:
    """The limit is the last number that is taken."""
    reader = BodyReader(Named, ApiLimitsConfig(max_form_fields=3), forms=True)
    assert reader.read(b"name=a&b=1&c=2", FORM).name == "a"
    with pytest.raises(ValidationFailed):
        reader.read(b"name=a&b=1&c=2&d=3", FORM)


def test_a_form_has_a_bound_of_its_own() -> None:
    """Its codes are undone one by one, which takes long."""
    reader = BodyReader(Named, ApiLimitsConfig(max_form_bytes=1024), forms=True)
    with pytest.raises(TooLarge) as refused:
        reader.read(b"name=" + b"%41" * 400, FORM)
    assert refused.value.field == "body"


@pytest.mark.parametrize("unit", [b'"a"', b"[]", b'{"x":1}', b"1", b"[[[[1]]]]"])
def test_what_would_take_too_long_is_not_decoded(unit: bytes) -> None:
    """Values are counted before anything is made of them, also those that nobody reads."""
    body = b'{"name": "a", "unknown": [' + b",".join([unit] * 2000) + b"]}"
    assert BodyReader(Named, ApiLimitsConfig(max_values=50_000)).read(body, JSON).name == "a"
    with pytest.raises(TooLarge, match="API_MAX_VALUES"):
        BodyReader(Named, ApiLimitsConfig(max_values=1000)).read(body, JSON)


def test_a_long_text_is_one_value() -> None:
    """A picture of megabytes passes however few values are allowed."""
    body = b'{"name": "' + b"A" * 4_000_000 + b'"}'
    assert len(BodyReader(Named, ApiLimitsConfig(max_values=100)).read(body, JSON).name) == 4_000_000
