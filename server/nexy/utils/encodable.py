"""Text that can leave the process."""


def encodable(text: str) -> str:
    """The text without lone surrogates, which JSON in UTF-8 cannot carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
