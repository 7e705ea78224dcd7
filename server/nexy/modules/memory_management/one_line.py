"""Text as memory holds it: one bounded line that no prompt and no table can trip over."""


def one_line(text: str, at_most: int) -> str:
    """Without line breaks, control characters and lone surrogates; cut at a word where it is too long."""
    printable = "".join(char if char.isprintable() else " " for char in text.encode("utf-8", "replace").decode())
    line = " ".join(printable.split())
    if len(line) <= at_most:
        return line
    return line[: at_most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
