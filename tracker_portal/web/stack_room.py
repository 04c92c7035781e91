"""Room for Python's own stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
# Eight bytes each: of the next power of two, 256 KB, half is left for what is called from here, a few hundred calls.
WORDS = 17_000


def with_room(call: Callable[P, R]) -> Callable[P, R]:
    """The same, called from a frame so large that everything called inside lies in one piece of memory with it.

    Python keeps frames in pieces of 16 KB, and gives one back as soon as the first frame in it returns. Where a loop
    stands at the end of a piece, each of its calls maps memory and gives it back: hundreds of times a page, a tenth of
    what it costs, and which page that is depends on how deep its templates lie.
    """

    def roomy(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=WORDS)
    return roomy
