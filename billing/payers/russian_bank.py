"""Numbers that Russian banks and tax offices give, as plain digits without spaces. Pure functions; nobody is asked."""

from __future__ import annotations

import re

WEIGHTS = (7, 1, 3)  # over and over
ACCOUNT_LENGTH = 20
OF_CENTRAL_BANK = "00"  # in the seventh and eighth place of a BIC: the account is kept by the Bank of Russia itself


def is_kpp(text: str) -> bool:
    """The code of why a company is registered at a tax office.

    Order of the Federal Tax Service ММВ-7-6/435@ of 29 June 2012: four digits of the office, two digits or capital
    letters of the reason, three of a running number. It has no checksum.
    """
    return bool(re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", text))


def is_bic(text: str) -> bool:
    """A bank's code: nine digits (Bank of Russia, regulation 732-P). It has no checksum."""
    return bool(re.fullmatch(r"[0-9]{9}", text))


def is_account(text: str) -> bool:
    """Whether it looks like a settlement account: twenty digits."""
    return bool(re.fullmatch(rf"[0-9]{{{ACCOUNT_LENGTH}}}", text))


def belongs(account: str, *, bic: str) -> bool:
    """Whether an account's check digit fits its bank.

    Bank of Russia, order of 8 September 1997 on the key of an account (No. 515): in front of the account stand the last
    three digits of the bank's BIC, or, where the Bank of Russia keeps it, 0 and the fifth and sixth digit. Each of the
    23 digits is multiplied by 7, 1, 3 in turn; the last digits of the products add up to a multiple of ten.
    """
    if not is_account(account) or not is_bic(bic):
        return False
    bank = f"0{bic[4:6]}" if bic[6:8] == OF_CENTRAL_BANK else bic[6:]
    products = (int(digit) * WEIGHTS[place % len(WEIGHTS)] for place, digit in enumerate(bank + account))
    return sum(product % 10 for product in products) % 10 == 0
