"""New code from a description."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

from nexy.modules.ai_router.offline_code.generation.coverage import coverage_of
from nexy.modules.ai_router.offline_code.generation.made import Made
from nexy.modules.ai_router.offline_code.generation.order import SKELETON, Order, understood
from nexy.modules.ai_router.offline_code.generation.plain_script import without_types
from nexy.modules.ai_router.offline_code.generation.render import rendered, template
from nexy.modules.ai_router.offline_code.generation.values import harmless, values_of
from nexy.modules.ai_router.offline_code.wording import said, table
from nexy.utils.code_languages import normal_name, shown_name

_USES_THING = frozenset({"rest", "model", "react_list", "react_form", "react_component", "table", "cli"})
_IMPORTED = {"express": "express", "fastapi": "fastapi", "golang.org/x/crypto": "golang.org/x/crypto", "axum": "axum",
             "org.springframework": "spring-boot", "\"react\"": "react"}  # fmt: skip
_DEFAULT = "typescript"


def assembled(description: str, language: str, speech: str) -> Made:
    """Code where a template is at hand, else a frame that says what is open; "" takes TypeScript."""
    return _in_language(understood(description), language, speech, "")


def framed(description: str, language: str, speech: str, reason: str) -> Made:
    """Only the frame, and why."""
    return _in_language(replace(understood(description), intent=SKELETON), language, speech, reason)


def is_at_hand(description: str) -> bool:
    """Whether a template in some language does a fair part of it."""
    order = understood(description)
    if order.intent == SKELETON:
        return False
    return coverage_of(order, "", description).fits


def _in_language(order: Order, language: str, speech: str, reason: str) -> Made:
    wanted = normal_name(language) or _DEFAULT
    base = "typescript" if wanted in ("javascript", "tsx") else wanted
    if base in _languages():
        made = _filled(order, base, speech, reason)
        return _as_javascript(made, speech) if wanted == "javascript" else made
    if signs := _comment_signs().get(wanted):
        others = ", ".join(map(shown_name, sorted(_languages())))
        told = said("language_comment", speech, language=shown_name(wanted), others=others)
        return Made(code=_comment(order, signs), language=wanted, notes=(told,))
    made = _filled(order, _DEFAULT, speech, reason)
    other = said("language_unknown", speech, language=shown_name(wanted), given=shown_name(_DEFAULT))
    return Made(code=made.code, language=_DEFAULT, notes=(other, *made.notes))


def _filled(order: Order, language: str, speech: str, reason: str) -> Made:
    if order.intent == SKELETON or template(language, order.intent) is None:
        elsewhere = () if order.intent == SKELETON else (_elsewhere(order, language, speech),)
        return _frame(order, language, (reason or said("made_skeleton", speech), *elsewhere))
    code = _rendered(order, order.intent, language)
    covered = coverage_of(order, language, code)
    words = ", ".join(covered.missing)
    if covered.foreign:
        return _frame(order, language, (said("made_foreign", speech, names=", ".join(covered.foreign)),))
    if not covered.fits:
        near = order.intent.replace("_", " ")
        return _frame(order, language, (said("made_near", speech, intent=near, words=words),))
    return Made(code=code, language=language, notes=tuple(_notes(order, code, words, speech)))


def _frame(order: Order, language: str, notes: tuple[str, ...]) -> Made:
    return Made(code=_rendered(order, SKELETON, language), language=language, notes=notes)


def _rendered(order: Order, intent: str, language: str) -> str:
    lines = template(language, intent)
    assert lines is not None
    values, lists = values_of(order, language)
    return re.sub(r"\n{4,}", "\n\n\n", rendered(lines, values, lists).lstrip("\n"))


def _comment(order: Order, signs: str) -> str:
    """A frame for a language of which only the comments are known."""
    begins, _, ends = signs.partition(" ") if not signs.startswith("<?") else (signs, "", "")
    lines = (f"TODO: {harmless(order.goal)}", "Without a model nothing more can be given in this language.")
    # PHP is opened once; what stands behind the first line is a comment of its own.
    later = begins.rpartition(" ")[2]
    return "".join(f"{sign} {line} {ends}".rstrip() + "\n" for sign, line in zip((begins, later), lines, strict=True))


def _elsewhere(order: Order, language: str, speech: str) -> str:
    others = ", ".join(shown_name(name) for name in sorted(_languages()) if template(name, order.intent))
    return said("made_elsewhere", speech, language=shown_name(language), others=others)


def _notes(order: Order, code: str, missing: str, speech: str) -> Iterator[str]:
    """What the code is; that it is complete is said only where no word of the description is left open."""
    key, thing = speech_key(order.intent), " ".join(order.entity)
    if key != "complete" or not missing:
        yield said(f"made_{key}", speech, thing=thing)
    if missing:
        yield said("made_part", speech, words=missing)
    if order.intent in _USES_THING and order.guessed:
        fields = ", ".join(" ".join(field.words) for field in order.fields)
        yield said("made_guessed", speech, thing=thing, fields=fields)
    if needs := [name for mark, name in _IMPORTED.items() if mark in code]:
        yield said("made_needs", speech, packages=", ".join(needs))


def speech_key(intent: str) -> str:
    """The sentence that tells of this intent: its own, or the general one."""
    return intent if f"made_{intent}" in table("sentences_en") else "complete"


def _as_javascript(made: Made, speech: str) -> Made:
    plain = without_types(made.code)
    if plain is None:
        return Made(code=made.code, language="typescript", notes=(*made.notes, said("made_typed", speech)))
    return Made(code=plain, language="javascript", notes=made.notes)


@cache
def _comment_signs() -> Mapping[str, str]:
    return {name: signs for signs, names in table("comment_signs").items() for name in names.split()}


@cache
def _languages() -> frozenset[str]:
    folder = files(__package__) / "templates"
    return frozenset(entry.name for entry in folder.iterdir() if (entry / "skeleton.tmpl").is_file())
