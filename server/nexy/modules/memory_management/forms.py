"""How people state facts about themselves, as a table of forms per language.

A form must be the whole clause. `subject` and `text` are filled from its groups: in a subject they stand as stems,
in a text as they were said. A form without a text withdraws what its subject says about `value`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NAME = r"(?P<value>(?!(?:not|не)\b)[^\W\d_][\w'.-]*(?:\ [^\W\d_][\w'.-]*){0,3})"
_NO_NICK = r"(?!(?:an?|the|back|later|tomorrow|when|at|on|if|in|maybe|now|not|не|когда|если|потом)\b)"
_NICK = rf"(?P<value>{_NO_NICK}[\w'-]+(?:\ [\w'-]+)?)"
_VALUE = r"(?P<value>.+)"
_PROPER = r"(?P<value>(?-i:[A-ZА-ЯЁ])[\w'.-]*(?:\ [\w'.-]+){0,3})"
_KIN = (
    r"(?:(?:older|younger|elder|little|big|best)\ )?(?:daughter|son|wife|husband|mother|father|mom|mum|dad|sister"
    r"|brother|grandmother|grandfather|grandma|grandpa|aunt|uncle|cousin|partner|girlfriend|boyfriend|friend|boss|doctor"
    r"|teacher|neighbou?r|dog|cat|parrot|horse|baby|child)"
)
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+)"
_OWNED = r"(?:cat|dog|child|children|kid|son|daughter|brother|sister|parrot|horse|rabbit|hamster)"
_OWNED_RU = (
    r"(?:собак|кошк|кошек|кот|пес|дочь|дочк|дочер|сын|дет|ребен|брат|сест|муж|жен|попуга|внук|внуч|хомя|кроли)\w*"
)
_COUNT_RU = r"(?:одн[аио]|один|две|два|двое|три|трое|четыре|четверо|пять|пятеро|\d+)"
_NUMBER = r"(?:\d{1,3}|[a-z]+(?:[\ -][a-z]+)?)"
_NUMBER_RU = r"(?!много|мало|сколько|несколько)(?:\d{1,3}|[а-яё]+(?:\ [а-яё]+)?)"
_NO_MORE = r"(?:any\ ?more|any\ longer)"
_NEVER_AGAIN = r"(?:больше|уже)\ не"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to say one kind of fact."""

    pattern: re.Pattern[str]
    subject: str
    text: str


def _form(pattern: str, subject: str, text: str = "") -> Form:
    return Form(pattern=re.compile(pattern, re.IGNORECASE | re.VERBOSE), subject=subject, text=text)


_ENGLISH = (
    _form(rf"my\ name\ (?:is\ not|isn't)\ {_VALUE}", "name"),
    _form(rf"my\ name\ is\ {_NAME}", "name", "Name: {value}"),
    _form(rf"call\ me\ {_NICK}", "called", "Likes to be called {value}"),
    _form(rf"i\ no\ longer\ live\ (?:in|at|on|near)\ {_VALUE}", "home"),
    _form(rf"i\ (?:don't|do\ not)\ live\ (?:in|at|on|near)\ (?P<value>.+?)\ {_NO_MORE}", "home"),
    _form(rf"i\ (?:now\ )?live\ (?P<prep>in|at|on|near)\ {_VALUE}", "home", "Lives {prep} {value}"),
    _form(rf"i(?:'ve|\ have)?\ moved\ to\ {_VALUE}", "home", "Lives in {value}"),
    _form(rf"i(?:'m|\ am|\ come)\ from\ {_PROPER}", "origin", "From {value}"),
    _form(rf"my\ (?P<who>{_KIN})\ lives\ (?P<prep>in|at|on|near)\ {_VALUE}", "home:{who}",
          "{Who} lives {prep} {value}"),
    _form(rf"my\ (?P<who>{_KIN})'s\ name\ is\ {_NAME}", "name:{who}", "{Who}'s name: {value}"),
    _form(rf"my\ (?P<who>{_KIN})\ is\ (?:called|named)\ {_NAME}", "name:{who}", "{Who}'s name: {value}"),
    _form(rf"i(?:'ve\ got|\ have|\ have\ got)\ (?P<value>{_COUNT}\ (?:\w+\ )?(?P<who>{_OWNED})s?)", "has:{who}",
          "Has {value}"),
    _form(rf"i(?:'m|\ am)\ (?:not|no\ longer)\ allergic\ to\ {_VALUE}", "allergic:{value}"),
    _form(rf"i(?:'m|\ am)\ allergic\ to\ {_VALUE}", "allergic:{value}", "Allergic to {value}"),
    _form(r"i(?:'m|\ am)\ (?:an?\ )?(?P<value>vegetarian|vegan|pescatarian)", "diet", "{Value}"),
    _form(rf"i\ no\ longer\ work\ as\ {_VALUE}", "work:as"),
    _form(rf"i\ no\ longer\ work\ (?:at|for|in)\ {_VALUE}", "work:at"),
    _form(rf"i\ (?:don't|do\ not)\ work\ as\ (?P<value>.+?)\ {_NO_MORE}", "work:as"),
    _form(rf"i\ (?:don't|do\ not)\ work\ (?:at|for|in)\ (?P<value>.+?)\ {_NO_MORE}", "work:at"),
    _form(rf"i\ (?:now\ )?work\ as\ {_VALUE}", "work:as", "Works as {value}"),
    _form(rf"i\ (?:now\ )?work\ (?P<prep>at|for|in)\ {_VALUE}", "work:at", "Works {prep} {value}"),
    _form(rf"i(?:'m|\ am)\ (?P<value>{_NUMBER})\ years\ (?:old|of\ age)", "age", "Age: {value}"),
    _form(rf"my\ birthday\ is\ (?:on\ )?{_VALUE}", "birthday", "Birthday: {value}"),
    _form(rf"my\ favou?rite\ (?P<who>\w+(?:\ \w+)?)\ (?:is|are)\ {_VALUE}", "favourite:{who}",
          "Favourite {who}: {value}"),
    _form(rf"i\ no\ longer\ (?:like|love|enjoy|hate)\ {_VALUE}", "likes:{value}"),
    _form(rf"i\ (?:don't|do\ not)\ (?:like|love|enjoy|hate)\ (?P<value>.+?)\ {_NO_MORE}", "likes:{value}"),
    _form(rf"i\ (?:really\ )?(?:don't|do\ not)\ (?:really\ )?(?P<verb>like|love|enjoy)\ {_VALUE}", "likes:{value}",
          "Does not {verb} {value}"),
    _form(rf"i\ (?:can't|cannot)\ stand\ {_VALUE}", "likes:{value}", "Cannot stand {value}"),
    _form(rf"i\ (?:(?:really|absolutely|also|just|do|so)\ )*(?P<verb>like|love|adore|enjoy|hate|dislike)\ {_VALUE}",
          "likes:{value}", "{Verb}s {value}"),
    _form(rf"i\ prefer\ {_VALUE}", "prefers:{sorted}", "Prefers {value}"),
)  # fmt: skip

_RUSSIAN = (
    _form(rf"меня\ (?:(?:больше\ )?не\ зовут|зовут\ не)\ {_VALUE}", "name"),
    _form(rf"(?:меня\ зовут|мо[её]\ имя(?:\ —|\ -)?)\ {_NAME}", "name", "Имя: {value}"),
    _form(rf"(?:зови(?:те)?|называй(?:те)?)\ меня\ {_NICK}", "called", "Просит называть себя {value}"),
    _form(rf"(?:я\ )?{_NEVER_AGAIN}\ живу\ (?:в|во|на|под|около|у)\ {_VALUE}", "home"),
    _form(rf"(?:я\ )?(?:теперь\ |сейчас\ )?живу\ (?P<prep>в|во|на|под|около|у)\ {_VALUE}", "home",
          "Живёт {prep} {value}"),
    _form(rf"я\ (?P<verb>переехала?)\ (?P<prep>в|во|на|под)\ {_VALUE}", "home", "{Verb} {prep} {value}"),
    _form(rf"я\ (?:родом\ )?(?P<prep>из|с)\ {_PROPER}", "origin", "Родом {prep} {value}"),
    _form(rf"мо(?:й|я|и)\ (?P<who>\w+(?:\ \w+)?)\ (?P<verb>живут|жив[её]т)\ (?P<prep>в|во|на|под)\ {_VALUE}",
          "home:{who}", "{Who} {verb} {prep} {value}"),
    _form(rf"мо(?:ю|его|их)\ (?P<who>\w+(?:\ \w+)?)\ зовут\ {_NAME}", "name:{who}", "{Who} зовут {value}"),
    _form(rf"имя\ мо(?:ей|его)\ (?P<who>\w+(?:\ \w+)?)(?:\ —|\ -)?\ {_NAME}", "name:{who}", "Имя {who}: {value}"),
    _form(rf"у\ меня\ (?:есть\ )?(?P<value>(?:{_COUNT_RU}\ )?(?P<who>{_OWNED_RU}))", "has:{who}", "Есть {value}"),
    _form(rf"у\ меня\ (?:больше\ )?нет\ аллергии\ на\ {_VALUE}", "allergic:{value}"),
    _form(rf"у\ меня\ аллергия\ на\ {_VALUE}", "allergic:{value}", "Аллергия на {value}"),
    _form(r"я\ (?P<value>вегетариан(?:ец|ка)|веган(?:ка)?)", "diet", "{Value}"),
    _form(rf"(?:я\ )?{_NEVER_AGAIN}\ работаю\ (?:в|во|на)\ {_VALUE}", "work:at"),
    _form(rf"(?:я\ )?{_NEVER_AGAIN}\ работаю\ {_VALUE}", "work:as"),
    _form(rf"(?:я\ )?(?:теперь\ )?работаю\ (?P<prep>в|во|на)\ {_VALUE}", "work:at", "Работает {prep} {value}"),
    _form(r"(?:я\ )?(?:теперь\ )?работаю\ (?P<value>(?:[\w-]+\ ){0,2}[\w-]+(?:ом|ем|ём|ой|ей|им|ым))", "work:as",
          "Работает {value}"),
    _form(rf"мне\ (?:сейчас\ )?(?P<value>{_NUMBER_RU}\ (?:год|года|лет))", "age", "Возраст: {value}"),
    _form(rf"(?:мой|у\ меня)\ день\ рождения(?:\ —|\ -)?\ {_VALUE}", "birthday", "День рождения: {value}"),
    _form(rf"мо(?:й|я|[её]|и)\ (?P<adj>любим\w+)\ (?P<who>\w+)(?:\ —|\ –|\ -|\ это)?\ {_VALUE}", "favourite:{who}",
          "{Adj} {who}: {value}"),
    _form(rf"(?:я\ )?{_NEVER_AGAIN}\ (?:люблю|обожаю|ненавижу)\ {_VALUE}", "likes:{value}"),
    _form(rf"мне\ {_NEVER_AGAIN}\ нрав[ия]тся\ {_VALUE}", "likes:{value}"),
    _form(rf"(?:я\ )?(?:(?:очень|тоже|просто|так)\ )*(?P<verb>не\ люблю|люблю|обожаю|ненавижу|не\ переношу"
          rf"|терпеть\ не\ могу)\ {_VALUE}", "likes:{value}", "{Verb} {value}"),
    _form(rf"мне\ (?:очень\ )?(?P<verb>(?:не\ )?нрав(?:ится|ятся))\ {_VALUE}", "likes:{value}", "{Verb} {value}"),
    _form(rf"(?:я\ )?предпочитаю\ {_VALUE}", "prefers:{sorted}", "Предпочитает {value}"),
)  # fmt: skip

FORMS: Sequence[Form] = (*_ENGLISH, *_RUSSIAN)

THIRD_PERSON: Mapping[str, str] = {
    "люблю": "любит",
    "не люблю": "не любит",
    "обожаю": "обожает",
    "ненавижу": "ненавидит",
    "не переношу": "не переносит",
    "терпеть не могу": "терпеть не может",
}

VAGUE = re.compile(
    r"""(?:it|this|that|these|those|you|him|her|them|us|how|what|when|where|who|why|if|whether|to\ know|here|there|one
      |today|tomorrow|yesterday|tonight|это|этот|эта|эти|этого|то|тебя|вас|его|ее|её|их|как|что|чтобы|когда|если|где|кто
      |сегодня|завтра|вчера|послезавтра|тут|здесь|там|так)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a value begins that says nothing once the moment has passed."""

REMEMBER = re.compile(
    r"""(?:remember|memori[sz]e|do\ not\ forget|don't\ forget|keep\ in\ mind|make\ a\ note|note)
        \s*[,:]?\s*(?:that\s+)?(?!(?:to|me|when|how|what|who|why|if|whether|the\ time)\b)(?P<rest>.+)
      |(?:запомни(?:те)?|помни(?:те)?|не\ забудь(?:те)?|не\ забывай(?:те)?|имей(?:те)?\ в\ виду|учти(?:те)?
        |возьми(?:те)?\ на\ заметку)\s*[,:]?\s*(?:что\s+)?(?!(?:как|когда|кто|где|ли|если)\b)(?P<rest_ru>.+)""",
    re.IGNORECASE | re.VERBOSE,
)
"""An order to remember, with what is to be remembered."""
