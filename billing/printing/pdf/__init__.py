"""A paper as PDF."""

from __future__ import annotations

from billing.printing.printable import Paper


def render(paper: Paper) -> bytes:
    """The PDF of a paper; the same for the same paper, whenever it is made."""
    # What draws it takes 17 MB, which most web processes never need.
    from billing.printing.pdf import pages  # noqa: PLC0415

    return pages.render(paper)
