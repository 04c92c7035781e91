"""Builds `billing/fonts/*.ttf`, which documents are printed with, from the site's own `static/fonts/*.woff2`.

Usage: python scripts/fonts.py
A PDF takes no woff2 and no variable font, and `billing/pdf` shapes no text: so there is one file for each weight, with
the three subsets in it, and its figures are the tabular ones, which stand under each other in a column.
"""

import tempfile
from pathlib import Path
from string import digits

from fontTools.merge import Merger
from fontTools.subset import Options as SubsetOptions
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "static" / "fonts" / f"inter-{subset}.woff2" for subset in ("latin", "latin-ext", "cyrillic")]
TARGET = ROOT / "billing" / "fonts"
WEIGHTS = {"Regular": 400, "Bold": 640}
LAYOUT = ("GDEF", "GPOS", "GSUB", "STAT", "MVAR", "HVAR", "avar", "gasp", "prep", "GlyphOrder")


def tabular(font: TTFont) -> dict[str, str]:
    """Glyph → the one of the same width as its neighbours."""
    table = font["GSUB"].table
    numbers = {
        number
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for number in record.Feature.LookupListIndex
    }
    subtables = [subtable for number in sorted(numbers) for subtable in table.LookupList.Lookup[number].SubTable]
    return {
        old: new
        for subtable in subtables
        for old, new in getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {}).items()
    }


def instance(source: Path, weight: int) -> TTFont:
    """One weight of one subset, its figures tabular, without what only a shaper reads."""
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": weight})
    figures = tabular(font)
    for cmap in font["cmap"].tables:
        cmap.cmap = {
            code: figures.get(glyph, glyph) if chr(code) in digits else glyph for code, glyph in cmap.cmap.items()
        }
    for name in LAYOUT:
        if name in font:
            del font[name]
    subsetter = Subsetter(SubsetOptions(layout_features=[], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    return font


def named(font: TTFont, style: str) -> TTFont:
    """The font under the name of its weight; built again it is the same file."""
    for number, name in {2: style, 4: f"Inter {style}", 6: f"Inter-{style}"}.items():
        font["name"].setName(name, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = TTFont(SOURCES[0])["head"].created
    font.recalcTimestamp = False
    font["post"].formatType = 3  # without the names of glyphs
    return font


def build(style: str, weight: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / f"{source.stem}.ttf" for source in SOURCES]
        for part, source in zip(parts, SOURCES, strict=True):
            font = instance(source, weight)
            font.flavor = None
            font.save(part)
        merged = Merger().merge([str(part) for part in parts])
    named(merged, style).save(TARGET / f"Inter-{style}.ttf")


if __name__ == "__main__":
    for each, wanted in WEIGHTS.items():
        build(each, wanted)
