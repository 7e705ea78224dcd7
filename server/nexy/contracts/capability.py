"""The name of a part."""

from typing import Generic, TypeVar

M_co = TypeVar("M_co", covariant=True)


class Capability(str, Generic[M_co]):
    """A name that also tells mypy what stands behind it; at run time it is a plain `str`."""

    __slots__ = ()
