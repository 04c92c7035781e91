"""The form of payment details, made from the table of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.payers import fields as payer_fields
from billing.payers import russian_bank, tax_numbers
from billing.payers.fields import FIELDS, SAME, Row, Text
from billing.payers.models import DocumentLanguage, Payer, PayerKind
from orgs.companies.countries import RUSSIA
from orgs.companies.forms import country_choices
from users.input.field_errors import Form

LONGEST, LONGEST_ADDRESS = 200, 500
WIDGETS: dict[str, type[forms.Widget]] = {"email": forms.EmailInput, "long": forms.Textarea}
TYPES = {"tel": "tel"}
TOO_LONG = gettext_lazy("Use %(limit_value)d characters at most; there are %(show_value)d.")


class RowField(forms.CharField):
    """A row of the table. One that is not asked for (`asked` is false) keeps what was typed and is never wrong."""

    def __init__(self, row: Row, *, country: str, asked: bool) -> None:
        attrs = {"autocomplete": row.autocomplete}
        if row.control == "long":
            attrs["rows"] = "3"
        if row.control in TYPES:
            attrs["type"] = TYPES[row.control]
        super().__init__(
            label=str(row.label),
            help_text=str(row.hint),
            required=bool(row.missing),
            max_length=LONGEST_ADDRESS if row.control == "long" else LONGEST,
            widget=WIDGETS.get(row.control, forms.TextInput)(attrs=attrs),
            error_messages={"required": str(row.missing), "max_length": TOO_LONG},
        )
        self.row, self.country, self.asked = row, country, asked

    def clean(self, value: Any) -> str:
        if not self.asked:
            return ""
        text: str = super().clean(value)
        return self.row.check(text, self.country) if text else ""


@dataclass(frozen=True)
class Asked:
    """A field as the page shows it: `place` is where it is asked for, `unless` the tick that hides it.

    `checked`: what is said of a VAT number whose checksum is right.
    """

    field: BoundField
    place: str
    unless: str
    checked: str


@dataclass(frozen=True)
class Group:
    """The fields of one kind of payer."""

    kind: str
    label: Text
    rows: list[Asked]


class PayerForm(Form):
    """Who pays. The fields of both kinds and of every country stand in it; those that are not asked for are ignored."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Who pays"),
        choices=PayerKind.choices,
        coerce=PayerKind,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who pays."),
            "invalid_choice": gettext_lazy("Choose who pays."),
        },
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={
            "required": gettext_lazy("Choose a country."),
            "invalid_choice": gettext_lazy("Choose a country from the list."),
        },
    )

    language = forms.ChoiceField(
        label=gettext_lazy("Language of documents"),
        choices=DocumentLanguage.choices,
        help_text=gettext_lazy("Invoices, receipts and statements are written in it, and the mails that bring them."),
        error_messages={
            "required": gettext_lazy("Choose the language of documents."),
            "invalid_choice": gettext_lazy("Documents are written in English or Русский."),
        },
    )

    def __init__(self, data: Any, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        given = initial if data is None else data
        self.chosen = str(given.get("kind", "")), str(given.get("country", ""))
        for kind, row in _rows():
            self.fields[_name(kind, row.name)] = self._field(kind, row, given)

    def _field(self, kind: PayerKind, row: Row, given: Mapping[str, Any]) -> forms.Field:
        if row.control == "tick":
            return forms.BooleanField(label=str(row.label), required=False)
        asked = kind == self.chosen[0] and row.is_asked(self.chosen[1]) and not given.get(_name(kind, row.unless))
        return RowField(row, country=self.chosen[1], asked=asked)

    def clean(self) -> dict[str, Any]:
        """An account must be one of the bank that is named."""
        account, bic = (_name(PayerKind.LEGAL_ENTITY, name) for name in ("account", "bic"))
        found = [self.cleaned_data.get(name, "") for name in (account, bic)]
        if all(found) and not russian_bank.belongs(found[0], bic=found[1]):
            self.add_error(account, str(payer_fields.NOT_OF_THE_BANK))
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        """The arguments of `payers.save`: the fields that were asked for and filled in, by their names in the table."""
        data = self.cleaned_data
        found = {field.row.name: data[name] for name, field in self._asked()}
        details = {name: value for name, value in found.items() if value}
        return {name: data[name] for name in ("kind", "country", "language")} | {"details": details}

    def groups(self) -> list[Group]:
        """The fields of both kinds, in the table's order."""
        return [Group(kind.value, kind.label, [self._shown(kind, row) for row in FIELDS[kind]]) for kind in FIELDS]

    def checked_vat(self) -> str:
        """That the VAT number is right by its form and checksum, and no more; empty when it is not, or is none."""
        bound = self[_name(PayerKind.LEGAL_ENTITY, "vat_number")]
        if self.chosen[0] != PayerKind.LEGAL_ENTITY or self.chosen[1] == RUSSIA:
            return ""
        found = tax_numbers.vat_number(str(bound.value() or ""), self.chosen[1])
        text = _("VAT %(number)s: the form of the number is right. Whether it is registered was not checked.")
        return text % {"number": found} if found else ""

    def _asked(self) -> Iterator[tuple[str, RowField]]:
        fields = [(name, field) for name, field in self.fields.items() if isinstance(field, RowField)]
        return ((name, field) for name, field in fields if field.asked)

    def _shown(self, kind: PayerKind, row: Row) -> Asked:
        checked = self.checked_vat() if row.name == "vat_number" else ""
        return Asked(self[_name(kind, row.name)], row.place, row.unless, checked)


def initial(payer: Payer | None, *, country: str, language: str, company: str, email: str) -> dict[str, Any]:
    """What the form shows at first: the details that are saved, or what is known of the company without them."""
    same = _name(PayerKind.LEGAL_ENTITY, SAME)
    if payer is None:
        known = {_name(kind, "email"): email for kind in FIELDS}
        known |= {_name(PayerKind.LEGAL_ENTITY, "company_name"): company}
        return known | {"kind": PayerKind.LEGAL_ENTITY.value, "country": country, "language": language, same: True}
    kept = {_name(PayerKind(payer.kind), name): value for name, value in payer.details.items()}
    kept |= {"kind": payer.kind, "country": payer.country, "language": language}
    return kept | {same: "postal_address" not in payer.details}


def _rows() -> Iterator[tuple[PayerKind, Row]]:
    return ((kind, row) for kind, rows in FIELDS.items() for row in rows)


def _name(kind: PayerKind, name: str) -> str:
    """The form's name of a row; both kinds have an address for documents, say."""
    return f"{kind.value}_{name}" if name else ""
