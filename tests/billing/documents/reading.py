"""Reads what a PDF of ours says: no more of the format than fpdf2 writes."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\((?:\\.|[^\\)])*\) Tj", re.DOTALL)
ESCAPED = {b"r": b"\r", b"n": b"\n", b"(": b"(", b")": b")", b"\\": b"\\"}


@dataclass(frozen=True)
class Reading:
    """The texts of each page, in the order in which they were written."""

    pages: list[list[str]]

    @property
    def texts(self) -> list[str]:
        return [text for page in self.pages for text in page]

    @property
    def words(self) -> str:
        return "\n".join(self.texts).replace("\xa0", " ")


def read(content: bytes) -> Reading:
    objects = {int(number): body for number, body in OBJECT.findall(content)}
    fonts = _fonts(objects)
    pages = [body for body in objects.values() if b"/Type /Page\n" in body]
    return Reading([_texts(_stream(objects[_reference(page, b"Contents")]), fonts) for page in pages])


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    content = body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
    return zlib.decompress(content) if b"/FlateDecode" in body else content


def _fonts(objects: dict[int, bytes]) -> dict[int, dict[int, str]]:
    """The font's number → its codes → letters."""
    resources = next(body for body in objects.values() if b"/Font <<" in body)
    numbers = dict(re.findall(rb"/F(\d+) (\d+) 0 R", resources.partition(b"/Font <<")[2].partition(b">>")[0]))
    return {int(font): _letters(objects, objects[int(number)]) for font, number in numbers.items()}


def _letters(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    table = _stream(objects[_reference(font, b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in pairs}


def _texts(content: bytes, fonts: dict[int, dict[int, str]]) -> list[str]:
    texts: list[str] = []
    letters: dict[int, str] = {}
    for found in SHOWN.finditer(content):
        if found[1]:
            letters = fonts[int(found[1])]
            continue
        raw = re.sub(rb"\\(.)", lambda escaped: ESCAPED[escaped[1]], found[0][1:-4], flags=re.DOTALL)
        codes = [int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2)]
        texts.append("".join(letters[code] for code in codes))
    return texts
