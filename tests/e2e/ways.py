"""The browsers in which people come: with a script and without, on a desktop and on a phone.

`make check` goes through a flow with a script on a desktop and without one on a phone. Where another size or way meets
no other template and no other script, that is gone through in `make soak`.
"""

from __future__ import annotations

import pytest

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

_SCRIPT = pytest.param(True, DESKTOP, id="javascript")
_PLAIN = pytest.param(False, PHONE, id="plain, phone")
_SOAK = [
    pytest.param(True, PHONE, id="javascript, phone", marks=pytest.mark.soak),
    pytest.param(False, DESKTOP, id="plain", marks=pytest.mark.soak),
]
_NAMES = ("javascript", "viewport")
WAYS = pytest.mark.parametrize(_NAMES, [_SCRIPT, _PLAIN])
EVERY_WAY = pytest.mark.parametrize(_NAMES, [_SCRIPT, _PLAIN, *_SOAK])
# For long flows over pages that other flows open without a script.
ONE_WAY = pytest.mark.parametrize(
    _NAMES, [_SCRIPT, pytest.param(False, PHONE, id="plain, phone", marks=pytest.mark.soak), *_SOAK]
)
# What is plain HTML, laid out by the same styles as on a phone, needs no desktop of its own.
PLAIN_SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop", marks=pytest.mark.soak)]
)
SIZES = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
