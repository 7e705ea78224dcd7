"""What somebody sent, fit to be said back to them and into a log."""

_MOST = 64


def shown(text: str, most: int = _MOST) -> str:
    """One line of printable characters, shortened where it is longer than `most`."""
    printable = "".join(char if char.isprintable() else "?" for char in text[: most + 1])
    return printable if len(printable) <= most else f"{printable[:most]}..."
