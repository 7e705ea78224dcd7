"""What the light client says to people, in their language: one TOML file of groups and names for each."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "ru")
_VARIABLES = ("NEXY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class Catalogue:
    """The texts of a package's folder `messages` in one language; a language that is not there gets English."""

    def __init__(self, package: str, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._texts = texts_of(package, self.language)

    def text(self, key: str, /, **values: object) -> str:
        """The text of "group.name" with its places filled; raises KeyError for one that is missing."""
        return self._texts[key].format_map(values)


@cache
def texts_of(package: str, language: str) -> Mapping[str, str]:
    """Every text by "group.name"."""
    loaded = tomllib.loads(files(package).joinpath("messages", f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": text for group, names in loaded.items() for name, text in names.items()}


def choose_language(environment: Mapping[str, str]) -> str:
    """The first variable that says something decides; anything but a known language is English."""
    for name in _VARIABLES:
        told = environment.get(name, "")
        if told and told != "auto":
            found = told.replace("-", "_").partition("_")[0].lower()
            return found if found in LANGUAGES else LANGUAGES[0]
    return LANGUAGES[0]
