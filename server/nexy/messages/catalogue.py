"""What Nexy says to people, in their language.

Each language is one YAML file of groups (nouns) and names; both have the same keys and the same placeholders.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from nexy.contracts.errors import Internal

LANGUAGES = ("en", "ru")
DEFAULT_LANGUAGE = "en"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_FOLDER = Path(__file__).parent
_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Catalogue:
    """The texts of one language; a language without a catalogue gets English. Cheap to make."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else DEFAULT_LANGUAGE
        self._texts = load_texts(self.language)

    def text(self, key: str, /, **values: object) -> str:
        """The text of "group.name" with its places filled; raises `Internal` for a key or value that is missing."""
        try:
            return self._texts[key].format_map(values)
        except KeyError as missing:
            raise Internal(f"message {key} ({self.language}): {missing} is missing", code="message_missing") from None


@cache
def load_texts(language: str) -> Mapping[str, str]:
    """All texts of a language by "group.name"; raises `Internal` where a value is no text."""
    tree = yaml.load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"), Loader=_FastLoader)  # noqa: S506  safe
    texts = {f"{group}.{name}": text for group, names in tree.items() for name, text in names.items()}
    for key, text in texts.items():
        if not isinstance(text, str):
            raise Internal(f"message {key} ({language}) is not a text; quote it", code="message_invalid")
    return MappingProxyType(texts)


def choose_language(configured: str, environ: Mapping[str, str]) -> str:
    """The configured language, or with `auto` that of LC_ALL, LC_MESSAGES or LANG; English where none is ours."""
    if configured != "auto":
        return configured if configured in LANGUAGES else DEFAULT_LANGUAGE
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    language = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
