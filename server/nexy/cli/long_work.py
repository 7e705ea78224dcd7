"""How far long work is, for whoever sits at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from nexy.messages.catalogue import Catalogue
from nexy.modules.database.backup.steps import Told, silent


@contextmanager
def shown_progress(words: Catalogue) -> Iterator[Told]:
    """A bar for each step on the standard error, if that is a terminal; otherwise nothing at all."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield silent
        return
    bars: dict[str, TaskID] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:

        def told(step: str, share: float) -> None:
            if step not in bars:
                bars[step] = progress.add_task(words.text(f"backup.step_{step}"), total=1.0)
            progress.update(bars[step], completed=share)

        yield told
