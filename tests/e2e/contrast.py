"""Contrast that axe leaves open: each place is explained once, and what stands there is measured (ux.md §4)."""

from __future__ import annotations

from typing import Any, NamedTuple


class Open(NamedTuple):
    """`seen`: a visit of the tour on which axe leaves it open."""

    seen: str
    is_on_a_phone: bool
    reason: str


EXPLAINED = {
    ".side__list a, .side__list a *": Open(
        "access:invite by owner", True, "On a phone the sections are a strip that scrolls sideways: its edge cuts one."
    ),
    ".tabs a, .tabs a *": Open(
        "access:user_list by owner", True, "Tabs scroll sideways, too; and a count may have one digit."
    ),
    ".seats-strip, .seats-strip *": Open(
        "access:user by owner",
        True,
        "The strip stands at the window's bottom, over what scrolls; its ground is opaque enough.",
    ),
    ".timeline__event *": Open(
        "access:activity by owner", False, "The line beside events is drawn before them, not under them."
    ),
    ".chart__sign": Open(
        "billing:detailed by owner", False, "Text of a picture: its ground is the card's, as bars end below it."
    ),
}

# Colours as the screen shows them: what is drawn on a canvas is sRGB, whatever the style sheet's notation.
# A function of nodes that axe left open, and of the selectors of the places.
MEASURE = """(nodes, selectors) => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (above, below) => [0, 1, 2].map((at) => above[at] * above[3] + below[at] * (1 - above[3])).concat(1);
  const luminance = (colour) => colour.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (element) => {
    const chain = [];
    for (let one = element; one; one = one.parentElement) chain.push(getComputedStyle(one));
    const whole = chain.findIndex((style) => rgba(style.backgroundColor)[3] === 1);
    const grounds = whole < 0 ? chain : chain.slice(0, whole + 1);
    if (grounds.some((style) => style.backgroundImage !== "none")) return 0; // no one colour to compare with
    const ground = grounds.map((style) => rgba(style.backgroundColor)).reduceRight((below, above) => over(above, below), [255, 255, 255, 1]);
    const text = rgba(element instanceof SVGElement ? chain[0].fill : chain[0].color);
    text[3] *= chain.reduce((all, style) => all * Number(style.opacity), 1);
    const [light, dark] = [luminance(over(text, ground)), luminance(ground)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  return nodes.map((node) => {
    const element = document.querySelector(node.target[0]);
    return {
      html: node.html.slice(0, 120).replace(/\\s+/g, " "),
      why: node.any[0].data.messageKey,
      ratio: ratio(element),
      places: selectors.filter((selector) => element.matches(selector)),
    };
  });
}"""
LEAST = 4.5  # WCAG 1.4.3, for text that is not large


def complaints(measured: list[dict[str, Any]]) -> list[str]:
    """What is explained nowhere; and what is, and yet has too little contrast."""
    return [
        f"contrast: open for axe ({one['why']}), {one['ratio']:.2f}:1, place {one['places']}: {one['html']}"
        for one in measured
        if not one["places"] or one["ratio"] < LEAST
    ]
