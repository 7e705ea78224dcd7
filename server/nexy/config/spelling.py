"""Names that nobody reads: a misspelt key must not stay silent."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches

from nexy.config.leaf import all_leaves

_KILL_SWITCH_PREFIX = "NEXY_KS_"
_OWN_PREFIX = "NEXY_"
_ALIKE = 0.85
# Other programs' variables that happen to look like ours.
_FOREIGN = frozenset(("OLLAMA_MODELS",))


def unknown_key(path: str, origin: str) -> str:
    """The complaint about a path that is no key, with the nearest one that is."""
    inside = [known for known in all_leaves() if known.startswith(path + ".")]
    if inside:
        return f"{path}: unknown key ({origin}): it is a section; its keys are {', '.join(inside)}"
    near = get_close_matches(path, all_leaves(), n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{path}: unknown key ({origin}){hint}"


def own_names(names: Iterable[str]) -> Iterator[str]:
    """Those that can only be meant for us; the process environment holds everybody's."""
    return (name for name in names if name.startswith(_OWN_PREFIX))


def misspelt_variables(names: Iterable[str], origin: str) -> Iterator[tuple[str, str]]:
    """Variables that are almost one of ours, with the complaint; foreign variables pass.

    Every unknown kill switch is named: one that silently does nothing is the worst of all.
    """
    known = {leaf.env for leaf in all_leaves().values() if leaf.env}
    for name in names:
        if name in known or name in _FOREIGN or "_" not in name:
            continue
        near = _nearest(name, known)
        if near:
            yield name, f"{name}: unknown variable ({origin}); did you mean {near}?"
        elif name.startswith(_KILL_SWITCH_PREFIX):
            yield name, f"{name}: unknown kill switch ({origin})"


def _nearest(name: str, known: Iterable[str]) -> str:
    prefix = name.partition("_")[0] + "_"
    rated = ((SequenceMatcher(a=name, b=other).ratio(), other) for other in known if other.startswith(prefix))
    ratio, other = max(rated, default=(0.0, ""))
    return other if ratio >= _ALIKE else ""
