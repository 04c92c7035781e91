"""Builds `static/icons/sprite.svg` from an unpacked Lucide release and the project's own symbols.

Usage: python scripts/icons.py DIRECTORY_WITH_THE_LUCIDE_SVG_FILES
Adding an icon: add its Lucide name below and run again.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons" / "sprite.svg"

LUCIDE = """
activity arrow-left arrow-right arrow-up-down arrow-up-right ban bell bell-off building-2 calendar calendar-plus check
chevron-down chevron-left chevron-right circle circle-alert circle-check circle-dashed circle-help circle-pause clock
copy credit-card download ellipsis eye eye-off file-text git-branch globe hard-drive-download hash history hourglass
inbox info key-round layers layout-grid link list-checks list-filter lock log-out mail menu message-square monitor moon
network paperclip pencil plus power printer receipt rotate-ccw search send settings shield shield-check star sun tag
trash-2 triangle-alert upload user user-plus users wallet x
"""


def bars(filled: int) -> str:
    """Three rising bars, the first `filled` of them solid."""
    return "".join(
        f'<rect x="{3 + i * 7}" y="{15 - i * 5}" width="4.6" height="{6 + i * 5}" rx="1.6" fill="currentColor"'
        f' stroke="none" opacity="{1 if i < filled else 0.28}"/>'
        for i in range(3)
    )


RING = '<circle cx="12" cy="12" r="8.7" stroke-width="2.1"/>'
DISC = '<circle cx="12" cy="12" r="9.7" fill="currentColor" stroke="none"/>'

OWN = {
    "mark": '<path d="M5.25 12.75l4.5 4.5L18.75 7.5" stroke-width="2.4"/>',
    "priority-trivial": '<path d="M4 12h3M10.5 12h3M17 12h3" stroke-width="2.6"/>',
    "priority-minor": bars(1),
    "priority-normal": bars(2),
    "priority-critical": bars(3),
    "priority-blocker": '<rect x="2.5" y="2.5" width="19" height="19" rx="5.5" fill="currentColor" stroke="none"/>'
    '<path d="M12 7v6.2M12 16.8v.2" stroke="var(--surface)" stroke-width="2.6"/>',
    "status-open": RING,
    "status-inProgress": RING + '<path d="M12 6.6a5.4 5.4 0 0 1 0 10.8z" fill="currentColor" stroke="none"/>',
    "status-inReview": RING + '<path d="M12 6.6a5.4 5.4 0 1 1-5.4 5.4H12z" fill="currentColor" stroke="none"/>',
    "status-needInfo": RING + '<path d="M12 7.6v5.2M12 16v.2" stroke-width="2.4"/>',
    "status-blocked": DISC + '<path d="M8 12h8" stroke="var(--surface)" stroke-width="2.6"/>',
    "status-closed": DISC + '<path d="M8 12.3l2.8 2.8L16 9.6" stroke="var(--surface)" stroke-width="2.3"/>',
}


def lucide(folder: Path, name: str) -> str:
    """What stands between the svg tags of one Lucide file, on one line."""
    match = re.search(r"<svg[^>]*>(.*)</svg>", (folder / f"{name}.svg").read_text(), re.DOTALL)
    if match is None:
        raise SystemExit(f"{name}: not an icon of Lucide")
    return re.sub(r"\s*\n\s*", "", match.group(1)).replace(" />", "/>")


def build(folder: Path) -> str:
    symbols = {name: lucide(folder, name) for name in LUCIDE.split()} | OWN
    lines = [f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>' for name, body in symbols.items()]
    comment = "<!-- Lucide (LICENSE-lucide.txt) and own symbols; built by scripts/icons.py -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', comment, *lines, "</svg>", ""])


if __name__ == "__main__":
    SPRITE.write_text(build(Path(sys.argv[1])))
