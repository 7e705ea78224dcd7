"""Names of people in orders: how they are written, and how family words come back to their first form."""

import re

_EN_KIN = (
    "mom|mum|mommy|mummy|mama|mother|dad|daddy|papa|father|grandma|grandpa|granny|grandmother|grandfather|"
    "brother|sister|wife|husband|son|daughter|boss|aunt|uncle"
)
_RU_KIN = {
    "мама": "маме мамы маму мамой", "мамочка": "мамочке мамочки мамочку", "папа": "папе папы папу папой",
    "бабушка": "бабушке бабушки бабушку бабушкой", "дедушка": "дедушке дедушки дедушку", "брат": "брату брата",
    "сестра": "сестре сестры сестру", "муж": "мужу мужа", "жена": "жене жены жену", "сын": "сыну сына",
    "дочь": "дочери", "дочка": "дочке дочки дочку", "тётя": "тете тети тетю тёте тёти тётю", "дядя": "дяде дяди дядю",
}  # fmt: skip
_FIRST_FORMS = {form: first for first, forms in _RU_KIN.items() for form in (first, *forms.split())}

_CAPITAL = r"(?-i:(?!I\b)[A-ZА-ЯЁ][\w'-]*)"
_KIN = rf"(?:my )?(?:{_EN_KIN})|(?:мо(?:ей|ему|ю|его|им) )?(?:{'|'.join(_FIRST_FORMS)})"
PERSON = rf"(?:{_CAPITAL}(?: {_CAPITAL}){{0,2}}|{_KIN})"

_WRAPPING = " \t\"'«»“”„.,:;!?"
_POSSESSIVE = re.compile(r"^(?:my|мо(?:ей|ему|ю|его|им)) ", re.IGNORECASE)
_NAME = re.compile(r"[\w+.'-]+(?: [\w+.'-]+){0,3}")


def contact_name(said: str, *, max_name: int) -> str:
    """The contact as said, family words in their first form; empty when it cannot be a name."""
    name = _POSSESSIVE.sub("", said.strip(_WRAPPING))
    if len(name) > max_name or not _NAME.fullmatch(name):
        return ""
    first = _FIRST_FORMS.get(name.casefold())
    if first is None:
        return name
    return first.capitalize() if name[0].isupper() else first
