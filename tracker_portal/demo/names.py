"""Names for the demo: people of the pictures first, then combinations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import count

# (name, last name, department, teams)
CAST: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Anna", "Petrova", "Operations", ("Admins",)),
    ("Benjamin", "Osei", "Hardware", ("Gripper",)),
    ("Carla", "Mendes", "Customer care", ("Support",)),
    ("Daniel", "Novák", "Software", ("Platform",)),
    ("Elif", "Yılmaz", "Software", ("Platform", "Vision")),
    ("Farid", "Haidari", "Field service", ()),
    ("Grace", "Kimani", "Software", ("Vision",)),
    ("Hugo", "Lindqvist", "Finance", ()),
    ("Ines", "Carvalho", "Hardware", ("Gripper", "Safety")),
    ("Jonas", "Weber", "Field service", ()),
    ("Keiko", "Tanaka", "Software", ("Vision",)),
    ("Liam", "O’Connor", "Customer care", ("Support",)),
    ("Maya", "Chen", "Software", ("Platform",)),
    ("Nikolai", "Sokolov", "Operations", ("Admins",)),
    ("Olivia", "Martins", "Finance", ()),
)

FIRST = (
    "Amara Pavel Lucia Tomasz Noor Henrik Priya Mateo Aisha Viktor Hana Omar Freya Diego Mina Stefan Leila Jakub "
    "Chloe Rahul Sofia Emeka Ingrid Marco Yuki Tariq Elena Kofi Astrid Andrei Nadia Felix Zeynep Luca Ravi Katya"
).split()
LAST = (
    "Adeyemi Bergström Costa Dvořák Eriksen Fischer Garcia Hoffmann Ibrahim Jansen Kowalski Larsen Moreau Nakamura "
    "Okafor Popescu Quintero Rossi Schneider Takahashi Ueda Vasquez Wójcik Xu Yamamoto Zimmermann Almeida Baranov "
    "Christou Demir Egorova Ferrari Gupta Horvat Ivanova Johansson"
).split()


def everyone() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """The cast, then people without a department or team of their own, without end and without repeats."""
    yield from CAST
    for number in count():
        first = FIRST[number % len(FIRST)]
        last = LAST[(number * 7 + number // len(FIRST)) % len(LAST)]
        yield first, last, "", ()


def login(first: str, last: str) -> str:
    """first.last in plain Latin letters."""
    plain = f"{first}.{last}".replace("ı", "i").replace("’", "").replace("ö", "o")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
