"""Bodies: one object or an array of them, whose names of columns are all that is looked at."""

from dataclasses import dataclass

import msgspec

from nexy.contracts.rows import RowsRefused

CONTENT_TYPE = "Content-Type"
INVALID, _MEDIA_TYPE = "PGRST102", "PGRST107"
_JSON = frozenset(("application/json", "application/vnd.pgrst.object+json", "application/vnd.pgrst.array+json"))
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[dict[str, msgspec.Raw]]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The body as it came, which of both it is, and the columns that it names."""

    body: bytes
    single: bool
    rows: int
    columns: tuple[str, ...]

    @property
    def array(self) -> bytes:
        """The body as an array."""
        return b"[" + self.body + b"]" if self.single else self.body


def payload_of(body: bytes, content_type: str, columns: tuple[str, ...] | None, most: int) -> Payload:
    """The body; `columns` are those that count, and without them every object must name the same ones.

    Raises `RowsRefused`: PGRST102 for what is no JSON of objects, PGRST107 for another kind of body.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in _JSON:
        hint = "Send application/json (curl: -H 'Content-Type: application/json')."
        raise RowsRefused(_MEDIA_TYPE, f"Content-Type not acceptable: {kind}", hint=hint, field=CONTENT_TYPE)
    try:
        found = _decode(body)
        body.decode()
    except (ValueError, RecursionError):
        raise RowsRefused(INVALID, "Empty or invalid json", details="Send an object or an array of them.") from None
    rows = found if isinstance(found, list) else [found]
    named = tuple(rows[0]) if rows else ()
    if columns is None and any(row.keys() != rows[0].keys() for row in rows):
        raise RowsRefused(INVALID, "All object keys must match", hint="Name the columns: ?columns=…")
    wanted = named if columns is None else columns
    if len(wanted) > most:
        raise RowsRefused(INVALID, f"at most {most} columns are taken")
    return Payload(body=body, single=not isinstance(found, list), rows=len(rows), columns=wanted)
