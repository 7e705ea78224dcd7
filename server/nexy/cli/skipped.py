"""What an index leaves out, in words."""

from collections.abc import Mapping

from nexy.messages.catalogue import Catalogue


def skipped_line(skipped: Mapping[str, int], words: Catalogue) -> str:
    """How many of each kind, the most first; "" where nothing was left out."""
    if not skipped:
        return ""
    ordered = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{words.text(f'index.skipped_{reason}')} {count}" for reason, count in ordered)
    return words.text("index.left_out", listed=told)
