"""What is known of models by their names: whose they are, and how much they read."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from nexy.contracts.completions import Question
from nexy.contracts.routing_table import OFFLINE, PROVIDERS
from nexy.utils.words_meter import estimated_tokens

ANY_MODEL = frozenset(("", "auto", "default", "nexy"))
_VENDORS = {"claude": "claude", "gemini": "gemini", "gemma": "gemini", "gpt": "openai", "chatgpt": "openai",
            "o1": "openai", "o3": "openai", "o4": "openai", "codex": "openai"}  # fmt: skip
_PICTURE_TOKENS = 1000
_CHARACTERS_PER_TOKEN = 4
_VECTORS_OF_OPENAI = ("text-embedding-3", "text-embedding-ada")


@cache
def _contexts() -> Mapping[str, int]:
    table: Mapping[str, int] = yaml.safe_load((files(__package__) / "contexts.yaml").read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=256)
def context_of(model: str) -> int | None:
    """How many tokens the model reads; None where it is not known."""
    found = [start for start in _contexts() if model.startswith(start)]
    return _contexts()[max(found, key=len)] if found else None


def tokens_of(question: Question) -> int:
    """About how many tokens the question has."""
    tokens = sum(map(estimated_tokens, question.texts)) + question.pictures * _PICTURE_TOKENS
    return tokens + _beside_words(question) // _CHARACTERS_PER_TOKEN


def at_most_tokens_of(question: Question) -> int:
    """No less than `tokens_of`, without looking at a letter."""
    words = sum([len(one.text) + 1 + len(one.pictures) * _PICTURE_TOKENS for one in question.messages])
    return words + _beside_words(question)


def _beside_words(question: Question) -> int:
    """How many characters models read beside the texts: what may be called, what was called, the answer's shape."""
    tools = sum([len(tool.name) + len(tool.description) + len(tool.parameters) for tool in question.tools])
    calls = sum([len(call.name) + len(call.arguments) for one in question.messages for call in one.tool_calls])
    return tools + calls + len(question.schema)


def split_model(model: str) -> tuple[str, str]:
    """Provider and model of "provider/model" or of a provider's bare name; an empty provider where none is named."""
    provider, slash, rest = model.partition("/")
    if provider in (*PROVIDERS, OFFLINE) and (rest or not slash):
        return provider, rest
    return "", model


def vendor_of(model: str) -> str:
    """The provider that makes models with such names; empty where the name does not tell."""
    name = model.lower()
    return "openai" if name.startswith(_VECTORS_OF_OPENAI) else _VENDORS.get(name.partition("-")[0], "")
