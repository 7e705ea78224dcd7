"""What a description asks for: the intent, the thing and its fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nexy.modules.ai_router.offline_code.generation.naming import safe_entity, singular, words_of
from nexy.modules.ai_router.offline_code.generation.russian import english
from nexy.modules.ai_router.offline_code.wording import table, word_set

_WORD = re.compile(r"[^\W_][\w'-]*")
_NAME = re.compile(r"\b(?:[a-z]+(?:[A-Z][a-z0-9]+)+|[a-z]+(?:_[a-z0-9]+)+)\b")
_ENTITY_AFTER = re.compile(
    r"\b(?:for|of|manage|class|struct|record|interface|model|table|entity|dto|type|sorts?|sorting|order|sums?|list|form"
    r"|для|класс|структур\w*|модел\w*|таблиц\w*|спис(?:ок|ком|ка)|сортиров\w+|отсортир\w+|управлени\w+|форм\w*)\s+",
    re.IGNORECASE,
)
_ENTITY_BEFORE = re.compile(
    r"([\w -]+?)\s+(?:class|struct|record|list|form|component|api|controller|endpoints?|crud)\b", re.I
)
_STOPS = word_set("stops")
_SKIPPED = word_set("skipped") | word_set("libraries")
_FIELDS_AFTER = re.compile(
    r"(?:\b(?:with|having|fields?|columns|flags?|options?|parameters?|с полями|с полем|поля|с параметрами|со?)\b|:)\s*",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(r"^(?:the |an? |fields?|columns|flags?|options?|полями|поля|параметрами|:|\s)+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\bи\b|\bplus\b)\s*", re.IGNORECASE)
_NO_FIELDS = word_set("no_fields")
_TYPES = {"string": "text", "str": "text", "text": "text", "number": "number", "float": "number", "int": "integer",
          "integer": "integer", "bool": "boolean",
          "boolean": "boolean", "date": "date", "datetime": "date"}  # fmt: skip
_KEY = re.compile(r"\b(?:by|по)\s+(?:the\s+|their\s+)?([\w-]+)", re.IGNORECASE)
_MOST_FIELDS = 20
_PHRASE = 200
# What is wanted is said at the beginning; some forms look from every word to the end.
_INTENT_WITHIN = 1000
_PARTICIPLE = re.compile(r"^is$|^has$")
SKELETON = "skeleton"
_SERVICE = re.compile(r"\b(?:with|to|for|с|для|к)\s+(?:the\s+)?([A-Z]\w+)")
# What is not wanted chooses nothing; it ends where another part of the sentence begins.
_REFUSED = re.compile(
    r"^\W*(?:please )?(?:remove|delete|drop|strip|get rid of)\b[^,.;]*?\bfrom\b[^,.;]*"
    r"|^\W*(?:убери|удали)\w*\b[^,.;]*?\bиз\b[^,.;]*"
    r"|\b(?:do not|don['’]t|(?<!or )not(?! only\b)|no|without|never|instead of|rather than|except|avoid"
    r"|не(?! только\b)|без|вместо|кроме)\s+[^,.;:!?]*?(?=\s*(?:[,.;:!?]|\b(?:but|and|with|а|но|и|с)\b|$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The words of its name, and the kind of its values (text, number, integer, boolean, date, list)."""

    words: Sequence[str]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`intent` names a template; `entity` is the thing in the singular; `name` a function's own name, if one is given.

    `guessed`: the description names no thing or no fields, so that those here are only an example. `wanted` is the
    description without what it does not want, which is `refused`; `service` the product that is spoken with.
    """

    intent: str
    entity: Sequence[str]
    fields: Sequence[Field]
    key: Sequence[str] = ()
    name: str = ""
    goal: str = ""
    guessed: bool = False
    wanted: str = ""
    refused: Sequence[str] = ()
    service: str = ""


def understood(text: str) -> Order:
    """The order that a description in English or Russian gives."""
    goal = " ".join(text.split())
    flat = " ".join(_REFUSED.sub(" ", goal).split())
    intent = intent_of(goal)
    entity = _entity(flat)
    fields = [field for field in _fields(flat) if not (intent.startswith("react_") and _is_behaviour(field))]
    name = _NAME.search(flat)
    key = _KEY.search(flat)
    if intent == "sum" and len(entity) > 1:
        entity, summed = entity[:-1], entity[-1:]
    else:
        summed = ()
    service = _SERVICE.search(flat)
    return Order(
        intent=intent,
        entity=safe_entity(entity) or ("item",),
        fields=fields or (Field(words=("name",), kind="text"),),
        key=english((key[1].lower(),)) if key else summed,
        name=name[0] if name else "",
        goal=goal,
        guessed=not entity or not fields,
        wanted=flat,
        refused=tuple(found[0].strip() for found in _REFUSED.finditer(goal)),
        service=service[1] if service else "",
    )


def intent_of(text: str) -> str:
    """The name of the template that is wanted, "skeleton" where none fits."""
    return named_in(_REFUSED.sub(" ", " ".join(text[:_INTENT_WITHIN].split())))


def named_in(text: str) -> str:
    """The same, whether it is wanted or not."""
    plain = " ".join(text.split())
    return next((name for name, form in intents().items() if form.search(plain)), SKELETON)


@cache
def intents() -> Mapping[str, re.Pattern[str]]:
    """What gives each intent away, the first that fits counts."""
    return {name: re.compile(form, re.IGNORECASE) for name, form in table("intents").items()}


def _is_behaviour(field: Field) -> bool:
    """Whether a component does it rather than being given it."""
    return field.words[-1] in word_set("behaviours")


def _entity(text: str) -> Sequence[str]:
    for found in _ENTITY_AFTER.finditer(text):
        if words := _noun_phrase(text[found.end() : found.end() + _PHRASE]):
            return words
    before = _ENTITY_BEFORE.search(text[: 2 * _PHRASE])
    if before is None:
        return ()
    kept = [word for word in _WORD.findall(before[1]) if word.lower() not in _SKIPPED | _STOPS]
    return _named(kept[-2:])


def _noun_phrase(text: str) -> Sequence[str]:
    words: list[str] = []
    for found in _WORD.finditer(text):
        word = found[0]
        gap = text[: found.start()].rstrip()[-1:]
        if word.lower() in _STOPS or (words and gap in ":,.;()-") or len(words) == 3:
            break
        if word.lower() not in _SKIPPED:
            words.append(word)
    return _named(words)


def _named(words: Sequence[str]) -> Sequence[str]:
    if len(words) == 1 and words[0].isascii():
        parts = list(words_of(words[0]))
    else:
        parts = [part for word in english([word.lower() for word in words]) for part in words_of(word)]
    return (*parts[:-1], singular(parts[-1])) if parts else ()


def _fields(text: str) -> Sequence[Field]:
    found: dict[str, Field] = {}
    introduced = _FIELDS_AFTER.search(text)
    if introduced is None:
        return ()
    rest = _INTRODUCES.sub("", text[introduced.end() :].partition(". ")[0])
    for item in _BETWEEN.split(rest)[:_MOST_FIELDS]:
        if field := _field(item):
            found.setdefault("_".join(field.words), field)
    return tuple(found.values())


def _field(text: str) -> Field | None:
    name, colon, kind = text.partition(":")
    if not colon and (typed := re.fullmatch(r"(.+?)\s*\((\w+)\)", text)):
        name, kind = typed[1], typed[2]
    words = [word.lower() for word in _WORD.findall(name) if word.lower() not in ("a", "an", "the", "its")]
    if not 1 <= len(words) <= 3 or words[-1] in _NO_FIELDS or words[0] in _NO_FIELDS:
        return None
    if camel := words_of(_WORD.findall(name)[-1]) if len(words) == 1 and name.isascii() else ():
        words = list(camel)
    named = [part for word in english(words) for part in words_of(word)]
    if named[-1:] == ["flag"]:
        return Field(words=tuple(named[:-1] or ["flag"]), kind="boolean")
    if not named or not named[0][0].isalpha():
        return None
    return Field(words=tuple(named), kind=_TYPES.get(kind.strip().lower()) or kind_of(named))


def kind_of(words: Sequence[str]) -> str:
    """The kind of values that a field of this name has."""
    if len(words) > 1 and _PARTICIPLE.match(words[0]):
        return "boolean"
    return next((kind for kind, known in table("kinds").items() if words[-1] in known), "text")
