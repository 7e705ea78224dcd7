"""The answer to a statement: as one text where it is not too large, which is known before it is made."""

# ruff: noqa: S608  names come from the catalogue, values are parameters: this is the place where that is done

from dataclasses import dataclass

from nexy.config.access_section import RestConfig
from nexy.contracts.rows import RowsRefused
from nexy.modules.access.rest.shapes import Shape
from nexy.modules.access.rest.values import Values

TOO_LARGE = "answer_too_large"
# JSON writes a control character as six.
_LONGEST_ESCAPE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How large an answer may be, and how often one column may stand in it."""

    max_bytes: int
    max_repeats: int


def bounds_of(config: RestConfig) -> Bounds:
    """Those of the configuration."""
    return Bounds(max_bytes=config.max_answer_bytes, max_repeats=config.max_repeats)


USUAL = bounds_of(RestConfig())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Two pieces of a statement: `measured` is a table expression, `body` a column beside it, NULL where too large."""

    measured: str
    body: str


def answering(shape: Shape, kept: str, order: str, bounds: Bounds, values: Values) -> Answering:
    """The answer of the rows of `kept`, which is a WITH of the statement.

    Lengths are summed first. What could be too large with all its escapes is written row by row to be measured, and
    only what fits is put together: at no time is more than one answer in memory.
    """
    most = values.number(bounds.max_bytes)
    rows = f"(SELECT {shape.listed} FROM {kept} AS t{order}) AS nexy_rows"
    exact = f"(SELECT coalesce(sum(octet_length(to_json({shape.item})::text) + 1), 0) FROM {rows})"
    fits = (
        f"CASE WHEN nexy_sum.bytes > {most} THEN false WHEN nexy_sum.bytes * {_LONGEST_ESCAPE} <= {most} THEN true "
        f"ELSE {exact} <= {most} END"
    )
    text = f"(SELECT convert_to(coalesce(json_agg({shape.item}), '[]')::text, 'UTF8') FROM {rows})"
    measured = f"(SELECT count(*) AS count, coalesce(sum({shape.bytes}), 0) AS bytes FROM {kept} AS t) AS nexy_sum"
    return Answering(measured=measured, body=f"CASE WHEN {fits} THEN {text} END")


def refuse_large(body: object, bounds: Bounds) -> None:
    """Raise `RowsRefused` for an answer that was not made."""
    if body is None:
        raise RowsRefused(
            TOO_LARGE,
            f"the answer would be larger than {bounds.max_bytes} bytes",
            hint="Ask for fewer rows (limit) or columns (select).",
        )
