"""What findings say to people, in English and Russian: a title, what happened, and what to do."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexy_client.validation.finding import Finding

LANGUAGES = ("en", "ru")
_WHERE = "where"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """The texts of one code; `text` has places for value and expected."""

    title: str
    text: str
    remedy: str


@cache
def _loaded(language: str) -> Mapping[str, Mapping[str, str]]:
    name = f"{language if language in LANGUAGES else 'en'}.toml"
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


@cache
def finding_text(code: str, language: str) -> FindingText:
    """The texts of a code; a language that is not there gets English."""
    found = _loaded(language)[code]
    return FindingText(title=found["title"], text=found["text"], remedy=found["remedy"])


def all_codes(language: str) -> frozenset[str]:
    """Every code that has texts in this language."""
    return frozenset(_loaded(language)) - {_WHERE}


def finding_sentence(finding: "Finding", language: str) -> str:
    """What happened, and where."""
    told = finding_text(finding.code, language).text
    what = told.format(value=short(finding.value), expected=short(finding.expected))
    where = finding_place(finding, language)
    return f"{what} ({where})" if where else what


def finding_place(finding: "Finding", language: str) -> str:
    """Stream, frame and channel, as far as there are any."""
    words = _loaded(language)[_WHERE]
    places = (("stream", finding.stream), ("frame", finding.frame), ("sensor", finding.sensor))
    return ", ".join(f"{words[name]} {number}" for name, number in places if number is not None)


def short(value: float | str | None) -> str:
    """A number as short as it can be without lying; floats with six digits."""
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
