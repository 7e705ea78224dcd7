"""Answers with the slips that models make; the table only grows."""

from support.model_answers import ID, ORDINARY, PROSE, ModelAnswer, ordered, said

SAFARI = {"app_name": "Safari"}
HEAD = f'"session_id":"{ID}","command":"open_app"'
ARGS = '"args":{"app_name":"Safari"}'

SURROUNDED = [
    ordered("json fence", f'```json\n{{{HEAD},{ARGS},"text":"Да."}}\n```', "Да.", "open_app", SAFARI),
    ordered("upper case fence", f'```JSON\n{{{HEAD},{ARGS},"text":"Да."}}\n```\n', "Да.", "open_app", SAFARI),
    ordered("bare fence", f'```\n{{{HEAD},{ARGS},"text":"Yes."}}\n```', "Yes.", "open_app", SAFARI),
    ordered("fence on one line", f'```json {{{HEAD},{ARGS},"text":"Yes."}}```', "Yes.", "open_app", SAFARI),
    ordered("single backticks", f'`{{{HEAD},{ARGS},"text":"Yes."}}`', "Yes.", "open_app", SAFARI),
    ordered("words before", f'Sure! {{{HEAD},{ARGS},"text":"Opening."}}', "Sure! Opening.", "open_app", SAFARI),
    ordered("words touching", f'Sure!{{{HEAD},{ARGS},"text":"Opening."}}Bye', "Sure! Opening. Bye", "open_app", SAFARI),
    ordered(
        "words after",
        f'{{{HEAD},{ARGS},"text":"Opening."}}\nAnything else?',
        "Opening.\nAnything else?",
        "open_app",
        SAFARI,
    ),
    ordered(
        "words around a fence",
        f'Конечно.\n\n```json\n{{{HEAD},{ARGS},"text":"Открываю."}}\n```\n\nЧто ещё?',
        "Конечно.\n\nОткрываю.\n\nЧто ещё?",
        "open_app",
        SAFARI,
    ),
    ordered(
        "prose with braces before", f'Use {{x}}. {{{HEAD},{ARGS},"text":"Ok."}}', "Use {x}. Ok.", "open_app", SAFARI
    ),
    ordered("in a list", f'[{{{HEAD},{ARGS},"text":"One."}}, {{"text":"Two."}}]', "One. Two.", "open_app", SAFARI),
    ordered(
        "two commands",
        f'{{{HEAD},{ARGS},"text":"One."}}\n{{"command":"close_browser","text":"Two."}}',
        "One.\nTwo.",
        "open_app",
        SAFARI,
        "second_command",
    ),
    said(
        "another object in prose",
        'It looks like {"name": "Bob", "age": 3}, roughly.',
        "It looks like , roughly.",
        "object_ignored",
    ),
    said("an object assigned", 'd = {"a": {"b": [1]}}; print(d)', "d = ; print(d)", "object_ignored"),
    said("empty object", "{}", "", "object_ignored"),
    said("empty object in a fence", "```json\n{ }\n```", "", "object_ignored"),
]

SLIPS = [
    ordered("trailing commas", f'{{{HEAD},"args":{{"app_name":"Safari",}},"text":"Ok.",}}', "Ok.", "open_app", SAFARI),
    ordered("raw newline in text", f'{{{HEAD},{ARGS},"text":"One.\nTwo."}}', "One.\nTwo.", "open_app", SAFARI),
    ordered("brace too many", f'{{{HEAD},{ARGS}}}, "text":"Opening."}}', "Opening.", "open_app", SAFARI),
    ordered("closing brace twice", f'{{{HEAD},{ARGS},"text":"Opening."}}}}', "Opening.", "open_app", SAFARI),
    ordered("braces doubled", f'{{{{{HEAD},{ARGS},"text":"Opening."}}}}', "Opening.", "open_app", SAFARI),
    ordered(
        "unescaped quotes",
        f'{{"text":"Он сказал "да", и ушёл.",{HEAD},{ARGS}}}',
        'Он сказал "да", и ушёл.',
        "open_app",
        SAFARI,
    ),
    ordered(
        "quotes at the end", f'{{{HEAD},{ARGS},"text":"Открываю "Safari""}}', 'Открываю "Safari"', "open_app", SAFARI
    ),
    ordered("missing comma", f'{{{HEAD},{ARGS} "text":"Ok." "mood":"fine"}}', "Ok.", "open_app", SAFARI),
    ordered(
        "python literal",
        f"{{'session_id': '{ID}', 'command': 'open_app', 'args': {{'app_name': 'Safari'}}, 'text': 'I'm on it.'}}",
        "I'm on it.",
        "open_app",
        SAFARI,
    ),
    ordered(
        "capital keys",
        f'{{"Session_ID":"{ID}","Command":"open_app","Args":{{"app_name":"Safari"}},"Text":"Ok."}}',
        "Ok.",
        "open_app",
        SAFARI,
    ),
    ordered(
        "bad escapes",
        rf'{{{HEAD},{ARGS},"text":"5\$ in C:\Users \ud83d!"}}',
        "5$ in C:\\Users \ufffd!",
        "open_app",
        SAFARI,
    ),
    ordered("no text", f"{{{HEAD},{ARGS}}}", "", "open_app", SAFARI, "text_missing"),
    ordered("null text", f'{{{HEAD},{ARGS},"text":null}}', "", "open_app", SAFARI, "text_missing"),
    ordered(
        "no session", f'{{"command":"open_app",{ARGS},"text":"Ok."}}', "Ok.", "open_app", SAFARI, "session_id_missing"
    ),
    ordered("same command twice", f'{{{HEAD},"command":"open_app",{ARGS},"text":"Ok."}}', "Ok.", "open_app", SAFARI),
    ordered(
        "last arguments win", f'{{{HEAD},"args":{{"app_name":"Mail"}},{ARGS},"text":"Ok."}}', "Ok.", "open_app", SAFARI
    ),
    ordered(
        "fence without a brace",
        f'```json\n{{{HEAD},{ARGS},"text":"Ok."\n```\nBye.',
        "Ok.\nBye.",
        "open_app",
        SAFARI,
        "object_truncated",
    ),
]

REFUSED = [
    said("two different commands", f'{{{HEAD},"command":"close_app",{ARGS},"text":"Ok."}}', "Ok.", "command_conflict"),
    said("command and null", f'{{{HEAD},"command":null,{ARGS},"text":"Ok."}}', "Ok.", "command_conflict"),
    said("a number as command", f'{{"command":5,{ARGS},"text":"Ok."}}', "Ok.", "command_invalid"),
    said("a list as arguments", f'{{{HEAD},"args":["Safari"],"text":"Ok."}}', "Ok.", "args_invalid"),
    said("arguments as a string", f'{{{HEAD},"args":"{{\\"app_name\\":1}}","text":"Ok."}}', "Ok.", "args_invalid"),
    said("arguments misshapen", f'{{{HEAD},"args":{{"app_name" "Safari"}},"text":"Ok."}}', "Ok.", "args_invalid"),
    said("an unquoted argument", f'{{{HEAD},"args":{{"app_name":Safari}},"text":"Ok."}}', "Ok.", "args_invalid"),
    said("not a number", f'{{{HEAD},"args":{{"limit":NaN}},"text":"Ok."}}', "Ok.", "args_invalid"),
    said("brackets crossed", f'{{{HEAD},"args":{{"a":[1}},"text":"Ok."}}', "Ok.", "args_invalid"),
    said("cut in the text", f'{{{HEAD},"text":"Opening Saf', "Opening Saf", "object_truncated", "args_incomplete"),
    said(
        "cut in the arguments",
        f'{{"text":"Ok.",{HEAD},"args":{{"app_name":"Saf',
        "Ok.",
        "object_truncated",
        "args_incomplete",
    ),
    said("cut in the command", '{"text":"Ok.","command":"open_a', "Ok.", "object_truncated", "command_invalid"),
    said("cut in an escape", r'{"text":"Ok \ud83d\ude', "Ok ", "object_truncated"),
    said("cut in a key", 'Sure. {"comm', "Sure. ", "object_truncated"),
]

CUT_BUT_WHOLE = [
    ordered(
        "cut after the arguments", f'{{{HEAD},{ARGS},"text":"Opening', "Opening", "open_app", SAFARI, "object_truncated"
    ),
    ordered("cut before the brace", f'{{{HEAD},{ARGS},"text":"Ok."', "Ok.", "open_app", SAFARI, "object_truncated"),
]

MODEL_ANSWERS: list[ModelAnswer] = [*PROSE, *ORDINARY, *SURROUNDED, *SLIPS, *REFUSED, *CUT_BUT_WHOLE]
