"""Answers as models write them, and what is to be made of each; the table only grows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """One answer with the exact words that are spoken, the command it carries and the problems reported."""

    name: str
    answer: str
    spoken: str
    command: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def prose(name: str, answer: str) -> ModelAnswer:
    """An answer that is spoken as it stands."""
    return ModelAnswer(name=name, answer=answer, spoken=answer)


def said(name: str, answer: str, spoken: str, *problems: str) -> ModelAnswer:
    """An answer with JSON in it and no command that counts."""
    return ModelAnswer(name=name, answer=answer, spoken=spoken, problems=problems)


def ordered(name: str, answer: str, spoken: str, command: str, args: Mapping[str, Any], *problems: str) -> ModelAnswer:
    """An answer with a command."""
    return ModelAnswer(name=name, answer=answer, spoken=spoken, command=command, args=args, problems=problems)


PROSE = [
    prose("one word", "Yes."),
    prose("russian", "Я умею открывать приложения, читать сообщения и рассказывать о погоде."),
    prose("hebrew", "שלום! מה שלומך היום? אני כאן כדי לעזור."),
    prose("decimals and abbreviations", "It is 3.14, i.e. approx. pi. Dr. Smith agrees."),
    prose("braces in prose", "Use {x} where x is a number, or {1, 2} for a set, or {} for nothing."),
    prose("css", "Write body { color: red; } and a:hover { opacity: .5 } in the file."),
    prose("code fence", "Try this:\n```css\n.a { margin: 0 }\n```\nand reload."),
    prose("python fence", '```python\nprint(f"{name!r}: {[1, 2]}")\n```\nprints it.'),
    prose("inline code", "Call `f({a, b})` or ``x`y`` and `[1]`."),
    prose("brackets and links", "See [the manual](https://example.org/a?b={c}) [1] [2]."),
    prose("quoted set", 'In Python {"a", "b"} is a set and {"a"} too.'),
    prose("statement in braces", '{ "use strict"; run(); }'),
    prose("template", "Привет, {{ имя }}! Вам {{count}} писем."),
    prose("single quotes", "The shell reads {'a','b'} as two words."),
    prose("emoji and newlines", "Готово 🎉🎉\n\nЧто-нибудь ещё?\n"),
    prose("stray backtick", "The ` sign is a backtick, and ```this``` is code."),
    prose("colon in braces", "Она сказала {шёпотом}: «да»."),
    prose("numbers as keys", "{1: 2} maps one to two"),
]

ORDINARY = [
    ordered(
        "as documented",
        f'{{"session_id": "{ID}", "command": "open_app", "args": {{"app_name": "Telegram"}}, '
        '"text": "Открываю Telegram, дайте знать, если понадобится что-то ещё."}',
        "Открываю Telegram, дайте знать, если понадобится что-то ещё.",
        "open_app",
        {"app_name": "Telegram"},
    ),
    ordered(
        "pretty printed",
        f'{{\n  "session_id": "{ID}",\n  "command": "open_app",\n  "args": {{\n    "app_name": "Safari"\n  }},\n'
        '  "text": "Opening Safari."\n}\n',
        "Opening Safari.",
        "open_app",
        {"app_name": "Safari"},
    ),
    ordered(
        "text first",
        f'{{"text":"Closing it.","command":"close_app","args":{{"app_name":"Mail"}},"session_id":"{ID}"}}',
        "Closing it.",
        "close_app",
        {"app_name": "Mail"},
    ),
    ordered(
        "hebrew command",
        f'{{"session_id":"{ID}","command":"open_app","args":{{"app_name":"ספארי"}},"text":"פותח את ספארי"}}',
        "פותח את ספארי",
        "open_app",
        {"app_name": "ספארי"},
    ),
    ordered(
        "escaped as ASCII",
        rf'{{"session_id":"{ID}","command":"find_contact","args":{{"query":"\u041c\u0430\u043c\u0430"}},'
        r'"text":"\u0418\u0449\u0443 \u043c\u0430\u043c\u0443 \ud83d\ude00."}',
        "Ищу маму 😀.",
        "find_contact",
        {"query": "Мама"},
    ),
    ordered(
        "escapes",
        rf'{{"session_id":"{ID}","command":"send_message","args":{{"contact":"Ann","message":"a\n\"b\" \\ c\/d"}},'
        r'"text":"She said: \"hi\".\nSent\t!"}',
        'She said: "hi".\nSent\t!',
        "send_message",
        {"contact": "Ann", "message": 'a\n"b" \\ c/d'},
    ),
    ordered(
        "url, braces and quotes in arguments",
        f'{{"session_id":"{ID}","command":"browser_use","args":{{"task":"open https://a.b/c?d={{e}}&f=[1] and click '
        '\\"Buy, now\\": {\\"x\\": 1}"},"text":"On my way."}',
        "On my way.",
        "browser_use",
        {"task": 'open https://a.b/c?d={e}&f=[1] and click "Buy, now": {"x": 1}'},
    ),
    ordered(
        "no arguments",
        f'{{"session_id":"{ID}","command":"close_browser","text":"Closing the browser."}}',
        "Closing the browser.",
        "close_browser",
        {},
    ),
    ordered(
        "null arguments",
        f'{{"session_id":"{ID}","command":"close_browser","args":null,"text":"Закрываю."}}',
        "Закрываю.",
        "close_browser",
        {},
    ),
    ordered(
        "nested arguments and extras",
        f'{{"session_id":"{ID}","thought":{{"text":"hidden"}},"command":"browser_use","args":{{"task":"t",'
        '"more":{"a":[1,-2.5e1,true,null,{"text":"no"}]}},"text":"Fine."}',
        "Fine.",
        "browser_use",
        {"task": "t", "more": {"a": [1, -25.0, True, None, {"text": "no"}]}},
    ),
    said("text only", f'{{"session_id":"{ID}","text":"Просто ответ."}}', "Просто ответ."),
    said(
        "null command", f'{{"session_id":"{ID}","command":null,"args":{{}},"text":"Nothing to do."}}', "Nothing to do."
    ),
    said("empty command", f'{{"session_id":"{ID}","command":" ","args":{{}},"text":"Привет."}}', "Привет."),
    said("empty text", '{"text":""}', ""),
    said("a number as text", '{"text": 42.50}', "42.50"),
    said("a list as text", '{"text": ["Раз,", "два,", 3, null]}', "Раз, два, 3"),
    said("an object as text", '{"text": {"en": "Hi"}}', "", "text_invalid"),
]
