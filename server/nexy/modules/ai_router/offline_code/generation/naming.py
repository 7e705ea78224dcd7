"""Names in the ways of each language, and their number."""

import re
from collections.abc import Sequence

from nexy.modules.ai_router.offline_code.wording import word_set

_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "data": "data"}
_BACK = {one: many for many, one in _IRREGULAR.items()}
_SAME = frozenset({"news", "series", "status", "address", "business", "process", "class", "analysis", "bus", "campus"})
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Words that mean something else in one of the languages, or in a template.
_TAKEN = word_set("taken")
_SUFFIX = {"python": "_", "rust": "_"}


def words_of(name: str) -> Sequence[str]:
    """The words of a name in any style, in small letters."""
    return [part.lower() for part in _PART.findall(name)]


def singular(word: str) -> str:
    """One of them."""
    if word in _IRREGULAR or word in _SAME:
        return _IRREGULAR.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2 else word


def plural(word: str) -> str:
    """Several of them; never the same word as for one."""
    if word in _BACK and _BACK[word] != word:
        return _BACK[word]
    if word in ("data", "news", "series"):
        return f"{word}_items"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh", "z")) else "s")


def pascal(words: Sequence[str]) -> str:
    """LikeThis."""
    return "".join(part.capitalize() for word in words for part in word.split("_"))


def camel(words: Sequence[str]) -> str:
    """likeThis."""
    joined = pascal(words)
    return joined[:1].lower() + joined[1:]


def snake(words: Sequence[str]) -> str:
    """like_this."""
    return "_".join(words)


def styled(words: Sequence[str], language: str) -> str:
    """As variables are written in the language."""
    return snake(words) if language in ("python", "rust", "sql") else camel(words)


def safe_entity(words: Sequence[str]) -> Sequence[str]:
    """With another word behind it where it would mean something else."""
    return (*words, "entry") if len(words) == 1 and words[0] in _TAKEN else tuple(words)


def safe_field(words: Sequence[str], language: str) -> str:
    """The name of a field that no language takes for its own word."""
    name = styled(words, language)
    if name.lower() not in word_set(f"taken_{language}"):
        return name
    return f'"{name}"' if language == "sql" else name + _SUFFIX.get(language, "Value")
