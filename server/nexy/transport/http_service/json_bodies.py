"""Bodies of requests: JSON or forms, decoded into their shape, refused by the field that is wrong."""

from collections import Counter
from typing import Any, Generic, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.errors import TooLarge, ValidationFailed
from nexy.transport.http_service.plain_refusals import refused_field

S = TypeVar("S", bound=msgspec.Struct)
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_WHOLE = "body"
_USUAL = ApiLimitsConfig()
_BEFORE_VALUES = (b",", b"[", b"{")
_NOT_WHOLE = "got `float`"
_JSON_BEGINS = (b"{", b"[")


class BodyReader(Generic[S]):
    """Decodes one shape; fields that it does not know are ignored.

    Raises `ValidationFailed` whose `field` is the path of what is wrong, with the code `invalid_json` for a body that
    is none and `unsupported_media_type` for one of another kind; `TooLarge` for what would take too long to decode.
    """

    def __init__(self, shape: type[S], limits: ApiLimitsConfig = _USUAL, *, forms: bool = False) -> None:
        self._shape = shape
        self._max_values = limits.max_values
        self._max_form_bytes = limits.max_form_bytes
        self._max_form_fields = limits.max_form_fields
        self._forms = forms
        self._names = frozenset(field.encode_name for field in msgspec.structs.fields(shape))
        self._decode = msgspec.json.Decoder(shape).decode

    def read(self, body: bytes, content_type: bytes) -> S:
        """The body in its shape; a body of no said kind is JSON."""
        kind = content_type.partition(b";")[0].strip().lower().decode("latin-1")
        if kind in ("", _JSON):
            return self._json(body)
        if kind == _FORM and self._forms:
            try:
                return self._form(body)
            except ValidationFailed as wrong:
                raise _meant(body, wrong) from None
        takes = f"{_JSON} or {_FORM}" if self._forms else _JSON
        raise ValidationFailed(f"send {takes}", code="unsupported_media_type", field="Content-Type")

    def _json(self, body: bytes) -> S:
        if len(body) > self._max_values:
            self._refuse_many_values(body)
        try:
            return self._decode_loosely(body)
        except msgspec.ValidationError as wrong:
            raise refused_field(str(wrong), self._shape) from None
        except (ValueError, RecursionError):
            raise ValidationFailed("body: it is not JSON", code="invalid_json", field=_WHOLE) from None

    def _refuse_many_values(self, body: bytes) -> None:
        """The decoder cannot be interrupted, and its time goes by values: a long text or a picture is only one."""
        if sum(map(body.count, _BEFORE_VALUES)) > self._max_values:
            most = f"at most {self._max_values} commas and opening brackets are taken"
            raise TooLarge(f"body: {most} (API_MAX_VALUES)", field=_WHOLE)

    def _decode_loosely(self, body: bytes) -> S:
        """For JSON Schema 45.0 is an integer, for the decoder it is none."""
        try:
            return self._decode(body)
        except msgspec.ValidationError as wrong:
            if _NOT_WHOLE not in str(wrong):
                raise
        return self._decode(msgspec.json.encode(_with_integers(msgspec.json.decode(body))))

    def _form(self, body: bytes) -> S:
        """k6 and HTML send objects so; numbers and truth values come as text."""
        if len(body) > self._max_form_bytes:
            raise TooLarge(f"body: at most {self._max_form_bytes} bytes of a form are taken", field=_WHOLE)
        try:
            pairs = _pairs(body, self._max_form_fields)
        except ValueError:
            raise ValidationFailed("body: it is not a form in UTF-8", field=_WHOLE) from None
        values: dict[str, Any] = dict(pairs)
        twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        if wrong := self._names.intersection(twice):
            name = min(wrong)
            raise ValidationFailed(f"{name}: it is given twice", field=name)
        try:
            return msgspec.convert(values, self._shape, strict=False)
        except msgspec.ValidationError as wrong:
            raise refused_field(str(wrong), self._shape) from None


def _meant(body: bytes, wrong: ValidationFailed) -> ValidationFailed:
    """curl calls whatever it sends a form, unless it is told otherwise."""
    if not body.lstrip().startswith(_JSON_BEGINS):
        return wrong
    return ValidationFailed(
        f"{_WHOLE}: it looks like JSON and was sent as a form; send it with Content-Type: {_JSON}", field="Content-Type"
    )


def _pairs(form: bytes, most: int) -> list[tuple[str, str]]:
    """Names and values in their order (WHATWG URL Standard, "application/x-www-form-urlencoded parsing").

    The standard library's own works on text, which takes several times as long. Raises `ValueError`.
    """
    fields = form.split(b"&", most)
    if len(fields) > most:
        raise ValueError
    parted = [field.partition(b"=") for field in fields if field]
    return [(_plain(name), _plain(value)) for name, _, value in parted]


def _plain(encoded: bytes) -> str:
    return unquote_to_bytes(encoded.replace(b"+", b" ")).decode()


def _with_integers(value: Any) -> Any:  # noqa: ANN401  any JSON
    match value:
        case float():
            return int(value) if value.is_integer() else value
        case dict():
            return {name: _with_integers(inner) for name, inner in value.items()}
        case list():
            return [_with_integers(inner) for inner in value]
        case _:
            return value
