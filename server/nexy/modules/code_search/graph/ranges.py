"""Numbers of many ranges at once, without a loop."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


def ranges(starts: Numbers, sizes: Numbers) -> Numbers:
    """`starts[0]`, `starts[0] + 1`, … `sizes[0]` of them, then those from `starts[1]` on, and so forth."""
    ends = np.cumsum(sizes, dtype=np.int64)
    whole = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(whole)


def sizes_of(ends: npt.NDArray[np.unsignedinteger]) -> Numbers:
    """How long each part is, given where each ends."""
    sizes: Numbers = ends.astype(np.int64)
    sizes[1:] -= ends[:-1].astype(np.int64)
    return sizes
