"""What people type into the form of payment details, as a browser sends it."""

from __future__ import annotations

from billing.payers.models import PayerKind

PERSON = {"first_name": "Ada", "last_name": "Lovelace", "address": "12 St James’s Square", "email": "ada@example.com"}
GMBH = {
    "company_name": "Northwind Robotics GmbH",
    "registration_number": "HRB 198342 B",
    "vat_number": "DE 136 695 976",
    "iban": "DE89 3704 0044 0532 0130 00",
    "legal_address": "Köpenicker Straße 40\n10179 Berlin",
    "email": "accounts@northwind.example",
    "same_address": "on",
}
OOO = {
    "company_name": "ООО «Ромашка»",
    "inn": "7736 207 543",
    "kpp": "773601001",
    "ogrn": "1027700229193",
    "bic": "044 030 827",
    "account": "40702 810 9 0000 0002851",
    "legal_address": "Москва, ул. Льва Толстого, 16",
    "email": "buh@romashka.example",
    "same_address": "on",
}


def posted(kind: PayerKind, country: str, fields: dict[str, str], **more: str) -> dict[str, str]:
    """What a browser sends of one kind's fields."""
    return {
        "kind": kind.value,
        "country": country,
        "language": "en",
        **{f"{kind.value}_{name}": v for name, v in (fields | more).items()},
    }
