"""Countries and what follows from one at a company's creation."""

from babel import Locale

RUSSIA = "RU"
NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def choices(language: str = "en") -> list[tuple[str, str]]:
    """(ISO 3166 code, name in the language), by name."""
    names = Locale.parse(language.replace("-", "_")).territories
    countries = [(code, name) for code, name in names.items() if len(code) == 2 and code not in NOT_COUNTRIES]
    return sorted(countries, key=lambda item: item[1])


def currency_of(country: str) -> str:
    """The currency a company is charged in, fixed at its creation (product.md §5)."""
    return "RUB" if country == RUSSIA else "USD"
