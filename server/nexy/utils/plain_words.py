"""Words of somebody else, made safe to say: whatever they look like, they stay words."""

from nexy.contracts.commands import defuse_action_prefix

_JSON_SIGNS = str.maketrans({"{": "(", "}": ")", "[": "(", "]": ")", "`": "'"})


def plain_words(text: str) -> str:
    """Without the signs and the prefix that could make a command of it."""
    return defuse_action_prefix(text).translate(_JSON_SIGNS)
