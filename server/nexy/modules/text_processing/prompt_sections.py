"""The system prompt, put together from sections; a feature that is off has none."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from nexy.contracts.code_hits import Hit
from nexy.contracts.commands import Feature
from nexy.contracts.switches import FeaturesConfig

_SECTIONS = files(__package__) / "sections"
_WITH_ACTIONS = ("base", "answer_forms", "apps")
_WITHOUT_ACTIONS = ("base", "words_only")
_OF_FEATURE = {
    Feature.BROWSER_USE: "browser",
    Feature.MESSAGES: "messages",
    Feature.WHATSAPP: "whatsapp",
    Feature.SUBSCRIPTION: "subscription",
}
# What is remembered came from outside; it must not be able to close its fence.
_FENCE_SIGNS = str.maketrans({"<": "‹", ">": "›"})


def system_prompt(
    features: FeaturesConfig,
    memory: str,
    *,
    max_memory_characters: int,
    actions_delivered: bool = True,
    found: Sequence[Hit] = (),
    max_found_characters: int = 0,
) -> str:
    """The whole system prompt; last, each in its fence, found code and the newest characters of the memory."""
    remembered = memory.strip()[-max_memory_characters:] if max_memory_characters else ""
    parts = [_of_features(features, actions_delivered)]
    if found:
        parts.append(_fenced("found_code", "{found}", _places(found, max_found_characters)))
    if remembered:
        parts.append(_fenced("memory", "{memory}", remembered))
    return "\n\n".join(parts)


def _fenced(section: str, place: str, text: str) -> str:
    return _text(section).replace(place, text.translate(_FENCE_SIGNS))


def _places(found: Sequence[Hit], most: int) -> str:
    """Each with its share of the characters."""
    share = most // len(found)
    return "\n\n".join(
        f"{hit.file_path}, lines {hit.start_line} to {hit.end_line}, {hit.symbol}\n{hit.content[:share]}"
        for hit in found
    )


def section_names(features: FeaturesConfig, actions_delivered: bool = True) -> Sequence[str]:
    """The sections in the order in which the model reads them; without delivery no command has one."""
    if not actions_delivered:
        return _WITHOUT_ACTIONS
    return (*_WITH_ACTIONS, *(name for feature, name in _OF_FEATURE.items() if feature.is_on(features)))


@cache
def _of_features(features: FeaturesConfig, actions_delivered: bool) -> str:
    """One text per set of flags; flags are few, so the cache stays small."""
    return "\n\n".join(_text(name) for name in section_names(features, actions_delivered))


@cache
def _text(name: str) -> str:
    return (_SECTIONS / f"{name}.txt").read_text(encoding="utf-8").strip()
