"""From a prompt to the clauses that could each state one fact."""

import re
import unicodedata
from collections.abc import Sequence

_ABBREVIATED = "".join(rf"(?<!\b{short}\.)" for short in ("St", "Dr", "Mr", "Ms", "Mrs", "г", "ул", "д", "ст"))
_SENTENCE_END = re.compile(rf"(?<=[!?…;])\s+|{_ABBREVIATED}(?<=\.)\s+|\n+", re.IGNORECASE)
_OPENING = re.compile(
    r"""(?:hey|hi|hello|well|so|ok|okay|and|but|also|actually|by\ the\ way|in\ fact|you\ know|listen|look|please|oh|yes
      |no|yeah|from\ now\ on|just\ so\ you\ know|for\ your\ information|nexy|nexi|can\ you|could\ you|good\ morning
      |привет|здравствуй(?:те)?|ну|а|и|но|кстати|слушай|пожалуйста|да|нет|вообще|вообще-то|на\ самом\ деле|нэкси|некси
      |доброе\ утро|добрый\ (?:день|вечер)|к\ слову|между\ прочим|знаешь)(?:\s*[,.!:—-]\s*|\s+)""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"""[\s,]+(?:please|by\ the\ way|actually|now|these\ days|nowadays|(?:last|this)\ (?:week|month|year)|recently|too
      |as\ well|though|thanks|thank\ you|nexy|пожалуйста|кстати|теперь|сейчас|спасибо|тоже|недавно|нэкси)$""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_END = re.compile(
    r"""(?:\s*[,;]\s*(?:(?:and|but|а|и|но)\s+)?|\s+(?:and|but|а|и|но)\s+)
      (?=(?:I|I'm|I've|my|call\ me|do\ you|я|меня|мне|мой|моя|моё|мое|мои|мою|моего|у\ меня|живу|люблю|работаю
      |ненавижу|обожаю)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_TO_SOMEBODY_ELSE = re.compile(
    r"(?:write|send|tell|text|say|type|translate|read|repeat|message|напиши|отправь|скажи|передай|переведи|прочитай"
    r"|повтори|сообщи|ответь|продиктуй)\b",
    re.IGNORECASE,
)
_END = " \t.!…,;:—-\"'«»“”"


def sentences(prompt: str, at_most: int) -> Sequence[str]:
    """The sentences of the beginning of a prompt, without courtesies; questions keep their mark."""
    said = unicodedata.normalize("NFC", prompt[:at_most]).replace("’", "'")
    said = "".join(char if char.isprintable() or char == "\n" else " " for char in said)
    return [bare for piece in _SENTENCE_END.split(said) if (bare := _bare(piece))]


def clauses(sentence: str) -> Sequence[str]:
    """The parts of a sentence that have a subject of their own; none of one that speaks for somebody else."""
    if _TO_SOMEBODY_ELSE.match(sentence):
        return ()
    return [bare for piece in _CLAUSE_END.split(sentence) if (bare := _bare(piece)) and not bare.endswith("?")]


def is_question(sentence: str) -> bool:
    """Whether it asks."""
    return sentence.endswith("?")


def _bare(piece: str) -> str:
    text = " ".join(piece.split()).strip(_END)
    if not text:
        return ""
    while (shorter := _CLOSING.sub("", _OPENING.sub("", text, count=1) if _OPENING.match(text) else text)) != text:
        text = shorter.strip(_END)
    return text
