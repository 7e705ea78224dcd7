"""From called names to the pieces that are meant.

A name means what its own file defines; else, of all that define it, what comes from a file that is imported; else from
the same folder; else anything of the same language. Where several remain they share the weight, so a common name
says little about each. What the language itself brings along means something else
only where that is imported.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.mentions import Edges, Hashes, Mentions, Numbers, Weights
from nexy.modules.code_search.graph.ranges import ranges
from nexy.modules.code_search.graph.usual_names import usual_names

# A name with more definitions tells nothing about which is meant.
_MOST_DEFINITIONS = 32
# From so many callers on a name that is not imported is more and more likely a word of the language itself.
_USUAL_CALLERS = 4
# How sure a reference is: the own file, an import, the folder, the language, a class and its method.
_OWN_FILE, _IMPORTED, _FOLDER, _ELSEWHERE, _OWNER = 1.0, 1.0, 0.8, 0.5, 0.5
_BLOCK = 200_000
_MIXER = np.uint64(0x9E37_79B9_7F4A_7C15)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """What is looked up: definitions in the order of their names, all calls by name, files with what they import."""

    definitions: Numbers
    names: Hashes
    called: Hashes
    imports: Hashes


_Found = tuple[Numbers, Numbers, Weights]


def edges_of(mentions: Mentions) -> Edges:
    """Every reference that can be resolved, and both ways between a class and its methods."""
    by_name = np.argsort(mentions.defined, kind="stable")
    known = _Sorted(
        definitions=mentions.defining[by_name],
        names=mentions.defined[by_name],
        called=np.sort(mentions.called),
        imports=np.sort(_mixed(mentions.importing, mentions.imported)),
    )
    found = [_owned(mentions)]
    for start in range(0, len(mentions.called), _BLOCK):
        block = slice(start, start + _BLOCK)
        found += _called(mentions, known, mentions.calling[block], mentions.called[block])
    sources, targets, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    return _merged(sources, targets, weights, mentions.documents)


def _owned(mentions: Mentions) -> _Found:
    weights = np.full(2 * len(mentions.owned), _OWNER, np.float32)
    both = np.concatenate([mentions.owned, mentions.owners]), np.concatenate([mentions.owners, mentions.owned])
    return *both, weights


def _called(mentions: Mentions, known: _Sorted, calling: Numbers, called: Hashes) -> list[_Found]:
    """References of one block of calls: in the own file first, the rest among all definitions."""
    here = first_within(mentions.file[mentions.defining], mentions.defined, mentions.file[calling], called)
    local = here >= 0
    sources, targets = calling[local], mentions.defining[here[local]]
    own = sources, targets, np.full(len(sources), _OWN_FILE, np.float32)
    return [own, _elsewhere(mentions, known, calling[~local], called[~local])]


def first_within(file_defining: Numbers, defined: Hashes, file_calling: Numbers, called: Hashes) -> Numbers:
    """Of each call the first definition of that name in the same file, as its place; -1 where there is none."""
    keys = _mixed(file_defining, defined)
    order = np.argsort(keys, kind="stable")
    wanted = _mixed(file_calling, called)
    place = np.searchsorted(keys[order], wanted)
    place[place == len(keys)] = 0
    if not len(keys):
        return np.full(len(called), -1)
    found: Numbers = np.where(keys[order[place]] == wanted, order[place], -1)
    return found


def _elsewhere(mentions: Mentions, known: _Sorted, calling: Numbers, called: Hashes) -> _Found:
    first, sizes = _counted(known.names, called)
    some = (sizes > 0) & (sizes <= _MOST_DEFINITIONS)
    first, sizes = first[some], sizes[some]
    call = np.repeat(np.arange(len(sizes)), sizes)
    sources, targets = calling[some][call], known.definitions[ranges(first, sizes)]
    sure = _sureness(mentions, known, mentions.file[sources], mentions.file[targets])
    usual = _held(usual_names(), called[some])[call]
    sure[usual & (sure < _IMPORTED)] = 0
    best = np.zeros(len(sizes), np.float32)
    np.maximum.at(best, call, sure)
    kept = np.flatnonzero((sure == best[call]) & (sure > 0))
    sharing = np.bincount(call[kept], minlength=len(sizes))[call[kept]]
    weights = sure[kept] / sharing
    guessed = sure[kept] == np.float32(_ELSEWHERE)
    weights[guessed] /= _commonness(known, called[some][call[kept[guessed]]])
    return sources[kept], targets[kept], weights.astype(np.float32)


def _counted(values: Hashes, wanted: Hashes) -> tuple[Numbers, Numbers]:
    """Where each wanted value begins among the sorted ones, and how often it stands there."""
    first = np.searchsorted(values, wanted)
    return first, np.searchsorted(values, wanted, side="right") - first


def _commonness(known: _Sorted, called: Hashes) -> npt.NDArray[np.float64]:
    _, callers = _counted(known.called, called)
    return np.sqrt(np.maximum(callers / _USUAL_CALLERS, 1))


def _sureness(mentions: Mentions, known: _Sorted, calling: Numbers, defining: Numbers) -> Weights:
    """How sure it is that a name in one file means the one that another defines, by file numbers."""
    imported = _held(known.imports, _mixed(calling, mentions.module[defining]))
    imported |= _held(known.imports, _mixed(calling, mentions.folder_name[defining]))
    same = mentions.language[calling] == mentions.language[defining]
    sure = np.where(same, np.float32(_ELSEWHERE), np.float32(0))
    sure[same & (mentions.folder[calling] == mentions.folder[defining])] = _FOLDER
    sure[same & imported] = _IMPORTED
    return sure


def _held(known: Hashes, wanted: Hashes) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(wanted), np.bool_)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    held: npt.NDArray[np.bool_] = known[place] == wanted
    return held


def _mixed(numbers: Numbers, hashes: Hashes) -> Hashes:
    """One 64-bit key of a file's number and a name."""
    return ((numbers.astype(np.uint64) + np.uint64(1)) * _MIXER) ^ hashes


def _merged(sources: Numbers, targets: Numbers, weights: Weights, documents: int) -> Edges:
    apart = sources != targets
    keys = sources[apart] * documents + targets[apart]
    unique, which = np.unique(keys, return_inverse=True)
    strongest = np.zeros(len(unique), np.float32)
    np.maximum.at(strongest, which, weights[apart])
    return Edges(sources=unique // max(documents, 1), targets=unique % max(documents, 1), weights=strongest)
