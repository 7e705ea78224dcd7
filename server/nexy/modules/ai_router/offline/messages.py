"""Reading and sending messages, in Messages or in WhatsApp, and finding a contact."""

import re
from collections.abc import Sequence

from nexy.contracts.commands import COMMANDS_BY_NAME
from nexy.modules.ai_router.offline.intents import Act, Intent, Topic
from nexy.modules.ai_router.offline.number_words import small_number
from nexy.modules.ai_router.offline.people import PERSON, contact_name

_WA = r"(?:(?:(?:in|on|via|by|through|в|по|через) )?(?:whats ?app|в[оа][тц]с?апп?)\w*)"
_HAS_WA = re.compile(rf"\b{_WA}", re.IGNORECASE)
_WHO = rf"(?P<who>{PERSON}|.{{1,60}}?)"
_THAT_EN = (
    r"(?:,? (?:saying|that says|which says|that|with the text|with text)\b:?|\s*[:,]|(?=\s*[\"“«]))\s*(?P<what>.+)"
)
_THAT_RU = r"(?:,? (?:что|чтобы|с текстом|с содержанием|со словами)\b:?|\s*[:,]|(?=\s*[«\"“]))\s*(?P<what>.+)"
_SEND_RU = r"(?:отправь(?:те)?|отправить|пошли(?:те)?|послать|напиши(?:те)?|написать)"
_READ_RU = r"(?:прочитай(?:те)?|прочти(?:те)?|прочитать|прочесть|почитай|зачитай|покажи(?:те)?|показать)"
_TEXT_EN = rf"(?:{_WA} )?(?:text )?(?:message|text|sms|imessage)"
_TEXT_RU = r"(?:сообщение|смс|эсэмэску|эсэмэс)"


def _compiled(*forms: str) -> Sequence[re.Pattern[str]]:
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


_SEND = _compiled(
    rf"send (?:an? |the )?{_TEXT_EN} to {_WHO}(?: {_WA})?{_THAT_EN}",
    rf"send {_WHO} (?:an? |the )?{_TEXT_EN}{_THAT_EN}",
    rf"(?:message|text|tell|write to) (?P<who>{PERSON})(?: {_WA})?(?:,? (?:that|saying)|\s*[:,])\s+(?P<what>.+)",
    rf"(?:tell|text) (?P<who>{PERSON})(?: {_WA})? (?!about\b|an?\b|the\b|more\b|us\b|that\b)(?P<what>.+)",
    rf"{_SEND_RU} (?:{_WA} )?{_TEXT_RU} (?:{_WA} )?(?:для )?{_WHO}(?: {_WA})?{_THAT_RU}",
    rf"{_SEND_RU} {_WHO} (?:{_WA} )?{_TEXT_RU}(?: {_WA})?{_THAT_RU}",
    rf"(?:{_SEND_RU}|передай(?:те)?|передать|скажи(?:те)?|сообщи(?:те)?) (?P<who>{PERSON})(?: {_WA})?"
    r"(?:,? (?:что|чтобы)|\s*[:,])? (?P<what>.+)",
)
_SEND_UNFINISHED = _compiled(
    rf"send (?:an? |the )?{_TEXT_EN} to (?P<who>.+)",
    rf"send (?P<who>{PERSON}) (?:an? |the )?{_TEXT_EN}",
    rf"{_SEND_RU} {_TEXT_RU} (?:для )?(?P<who>{PERSON})",
    rf"send (?:an? |the |some )?{_TEXT_EN}",
    rf"{_SEND_RU} (?:мне )?{_TEXT_RU}",
)
_READ_EN = r"(?:read|show|check|get)"
_COUNT = r"(?: (?P<count>\d+|\w+(?: \w+)?))?"
_READ = _compiled(
    rf"{_READ_EN}(?: out)?(?: me)?(?: all)?(?: of)?(?: the| my)?(?P<last> last| latest| newest| recent| new)?"
    rf"{_COUNT}(?: unread| new)? {_TEXT_EN}(?P<many>e?s)?(?: {_WA})? from {_WHO}(?: {_WA})?",
    rf"{_READ_EN}(?: me)? (?P<who>{PERSON})'s?(?: last| latest| new)? {_TEXT_EN}(?P<many>s)",
    rf"what did (?P<who>{PERSON}) (?:write|text|send|message)(?: to)? me(?: {_WA})?",
    rf"{_READ_RU}(?: мне)?(?: все)?(?: мои)?(?P<last> последн\w+| нов\w+)?{_COUNT}(?: последн\w+| нов\w+)?"
    rf" сообщени(?P<many>[яй])?е?(?: {_WA})? от {_WHO}(?: {_WA})?",
    rf"что (?:мне написала?|написала? мне|мне пишет|пишет мне|мне прислала?) (?P<who>{PERSON}|\w+)",
)
_READ_UNFINISHED = _compiled(
    rf"{_READ_EN}(?: me)?(?: all)?(?: the| my)?(?: last| latest| new| unread)? (?:{_WA} )?(?:text )?"
    rf"(?:messages?|texts)(?: {_WA})?",
    rf"{_READ_RU}(?: мне)?(?: все)?(?: мои)?(?: последн\w+| нов\w+)? сообщени[яе](?: (?:{_WA}))?",
)
_FIND = _compiled(
    r"(?:find|look up|search for|show)(?: me)? (?:the |a )?contact (?:for |of |named )?(?P<who>.+)",
    r"(?:find|look up)(?: me)? (?P<who>.+?) in (?:my |the )?(?:contacts|address book|phone book)",
    r"(?:what is|what's|find|look up|get|give me|show me) (?P<who>.+?)'s (?:phone |mobile )?(?:number|contact)",
    r"(?:найди|найти|покажи|поищи)(?: мне)? контакт (?P<who>.+)",
    r"(?:найди|найти|поищи)(?: мне)? (?P<who>.+?) в (?:моих )?(?:контактах|адресной книге|телефонной книге)",
    r"какой (?:телефон|номер|номер телефона) у (?P<who>.+)",
    r"(?:найди|найти|покажи|дай)(?: мне)? (?:номер телефона|номер|телефон) (?P<who>.+)",
)
_SOME = COMMANDS_BY_NAME["read_messages"].arguments[1]


def message_order(head: str, core: str, *, max_name: int) -> Intent | None:
    """The order about messages or contacts; a topic where a name or the words are missing, None for anything else."""
    return _send(head, max_name) or _send_unfinished(core) or _read(core, max_name) or _find(core, max_name)


def _send(head: str, max_name: int) -> Act | None:
    for form in _SEND:
        found = form.fullmatch(head)
        if found is None:
            continue
        contact = contact_name(_HAS_WA.sub("", found["who"]), max_name=max_name)
        words = _unwrapped(found["what"])
        if contact and words:
            whatsapp = _HAS_WA.search(head[: found.start("what")])
            command = "send_whatsapp_message" if whatsapp else "send_message"
            return Act(command=command, args={"contact": contact, "message": words})
    return None


def _send_unfinished(core: str) -> Topic | None:
    for form in _SEND_UNFINISHED:
        found = form.fullmatch(core)
        if found:
            return Topic.WHAT_TO_WRITE if "who" in found.groupdict() else Topic.WHOM_TO_WRITE
    return None


def _read(core: str, max_name: int) -> Intent | None:
    for form in _READ:
        found = form.fullmatch(core)
        contact = found and contact_name(_HAS_WA.sub("", found["who"]), max_name=max_name)
        if not found or not contact:
            continue
        if _HAS_WA.search(core):
            return Act(command="read_whatsapp_messages", args={"contact": contact})
        limit = _limit(found.groupdict())
        return Act(command="read_messages", args={"contact": contact} | ({"limit": limit} if limit else {}))
    if not any(form.fullmatch(core) for form in _READ_UNFINISHED):
        return None
    return Act(command="read_whatsapp_messages") if _HAS_WA.search(core) else Topic.WHOSE_MESSAGES


def _limit(groups: dict[str, str | None]) -> int:
    """How many messages were asked for, within the command's bounds; 0 when it was left open."""
    counted = small_number(groups.get("count") or "")
    if counted is None:
        alone = bool(groups.get("last")) and "many" in groups and not groups["many"]
        return 1 if alone else 0
    return min(max(counted, _SOME.minimum), _SOME.maximum)


def _find(core: str, max_name: int) -> Act | None:
    for form in _FIND:
        found = form.fullmatch(core)
        name = found and contact_name(found["who"], max_name=max_name)
        if name:
            return Act(command="find_contact", args={"query": name})
    return None


def _unwrapped(words: str) -> str:
    """The message without the quotes around all of it."""
    words = words.strip()
    if len(words) > 1 and (words[0], words[-1]) in {('"', '"'), ("«", "»"), ("“", "”"), ("'", "'")}:
        return words[1:-1].strip()
    return words
