"""What keeps a command from doing its work, as one text that says what to do."""

from nexy_client.catalogue import Catalogue
from nexy_client.streams.failure import RequestRefused, StreamError

# The library's messages name its parameters; at the command line they are options.
_OPTIONS = (
    ("Pass use_tls=True", "Give --tls"),
    ("use_tls=True", "--tls"),
    ("use_tls=False", "--no-tls"),
    ("ca_certificate", "--ca"),
    ("server_name", "--server-name"),
    ("pass an api_key", "give --api-key or set NEXY_API_KEY"),
    ("pass the API key as metadata", "give --api-key or set NEXY_API_KEY"),
)
_ASKING = ("401", "403")
_FULL = 300


class CannotDo(Exception):
    """The command ends with exit code 2 and this text."""


def in_options(text: str) -> str:
    """A message of the library in the words of the command line."""
    for parameter, option in _OPTIONS:
        text = text.replace(parameter, option)
    return text


def cannot(error: StreamError, where: str, words: Catalogue) -> CannotDo:
    """The failure in the person's language; behind it what the library says, which is English."""
    code = error.code
    if isinstance(error, RequestRefused) and error.status in _ASKING:
        code = "key_needed"
    sentence = words.text(f"failure.{code}", where=where)
    return CannotDo(words.text("failure.detail", sentence=sentence, detail=_shortened(in_options(str(error)))))


def _shortened(text: str) -> str:
    return text if len(text) <= _FULL else f"{text[:_FULL]}…"
