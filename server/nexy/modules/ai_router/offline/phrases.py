"""What the brain says, in Russian and English: two files with the same typed keys."""

import tomllib
from functools import cache

import msgspec

from nexy.modules.ai_router.offline.data import text


class Phrases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All phrases of one language; braces name what is filled in."""

    greeting: str
    thanks: str
    goodbye: str
    how_are_you: str
    who_are_you: str
    whose_messages: str
    whom_to_write: str
    what_to_write: str
    unknown: str

    open_app: str
    close_app: str
    browser_use: str
    close_browser: str
    read_messages: str
    send_message: str
    find_contact: str
    send_whatsapp_message: str
    read_whatsapp_messages: str
    buy_subscription: str
    manage_subscription: str

    actions_off: str
    browser_off: str
    messages_off: str
    whatsapp_off: str
    subscription_off: str

    help_opening: str
    help_apps: str
    help_browser: str
    help_messages: str
    help_whatsapp: str
    help_subscription: str
    help_memory: str
    help_always: str

    time: str
    clock: str
    today: str
    tomorrow: str
    yesterday: str
    date: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    sum_exact: str
    sum_rounded: str
    decimal_mark: str
    division_by_zero: str
    not_real: str
    too_large: str

    memory: str
    no_memory: str
    recalled: str
    not_remembered: str
    will_remember: str
    no_longer: str
    not_kept: str
    what_to_remember: str
    memory_off: str
    memory_away: str

    code_nothing: str
    code_first: str
    code_named: str
    code_folder: str
    code_others: str
    code_other: str
    code_model: str


@cache
def phrases(language: str) -> Phrases:
    """The phrases of "ru"; of "en" for every other language."""
    return msgspec.convert(tomllib.loads(text(f"{_known(language)}.toml")), Phrases)


def manual(language: str) -> str:
    """The manual as it is read aloud."""
    return text(f"manual_{_known(language)}.txt").strip()


def _known(language: str) -> str:
    return "ru" if language == "ru" else "en"
