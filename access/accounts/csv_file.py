"""A CSV file of people to create accounts for: reading it, and what is wrong with each row (product.md §3).

`;` or `,`, quoted or not, UTF-8 with or without a byte order mark, a head that names the columns in any order.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.members.accounts import EXISTS, Account, is_login
from orgs.domains import names as domain_names
from orgs.domains.models import Domain
from orgs.lists import csv_export
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from users.accounts import addresses
from users.input import names
from users.input.birthdays import read_date

HEAD = ("Name", "Last name", "Birth date", "Login")
WHY = "Why it was left out"  # a column of files that we write; a file that is read again may have it
LONGEST_NAME = 60
MOST_ROWS = 5_000
MOST_CHARACTERS = 2_000_000
DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})[./ ](?P<m2>\d{1,2})[./ ](?P<y2>\d{4})")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; lines count from 1, the head is the first."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class Checked:
    """The rows of a file: those that are ready, with their line, and the faults of the others with what they hold."""

    ready: list[tuple[int, Account]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    bad: dict[int, list[str]] = field(default_factory=dict)


def decode(content: bytes) -> str:
    """The file as text. Raises Refused for what is not UTF-8 or too large."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("The file is not UTF-8. Save it as “CSV UTF-8”."), field="file") from error
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise Refused(_("This is not a CSV file of people."), field="file")
    return text


def check(text: str, org: Organization, *, room: int, today: dt.date) -> Checked:
    """Each row of the text: ready, or what is wrong with it; `room` accounts fit, `today` is in UTC. Raises Refused."""
    rows = list(_rows(text))
    domains = set(Domain.objects.filter(org=org).verified().values_list("name", flat=True))
    primary = Domain.objects.filter(org=org, is_primary=True).values_list("name", flat=True).first() or ""
    checked, seen = Checked(), set[str]()
    accounts = [(line, cells, *_account(line, cells, domains, primary, today)) for line, cells in rows]
    taken = addresses.taken([account.email for *_ignored, account, _faults in accounts if account])
    for line, cells, account, faults in accounts:
        if account and account.email in taken:
            faults.append(Fault(line, "Login", cells["Login"], str(EXISTS)))
        elif account and account.email in seen:
            faults.append(Fault(line, "Login", cells["Login"], _("This login stands in the file twice.")))
        elif account and len(checked.ready) >= room:
            faults.append(Fault(line, "Login", cells["Login"], _("There is no room for this account.")))
        if account and not faults:
            seen.add(account.email)
            checked.ready.append((line, account))
        else:
            checked.faults += faults
            checked.bad[line] = [cells[name] for name in HEAD]
    return checked


def bad_rows(checked: Checked) -> str:
    """The rows that were left out, as a file that can be imported again once they are mended."""
    why = {line: "; ".join(fault.reason for fault in checked.faults if fault.line == line) for line in checked.bad}
    return table([*cells, why[line]] for line, cells in checked.bad.items())


def table(rows: Iterator[list[str]] | list[list[str]]) -> str:
    """Rows of people with their reasons under our head."""
    return csv_export.BOM + csv_export.table([[*HEAD, WHY], *rows])


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by our column names) of each row that is not empty. Raises Refused."""
    head_line = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head_line.count(";") else ",", strict=True)
    try:
        head = [_column(name) for name in next(reader, [])]
        if missing := [name for name in HEAD if name not in head]:
            raise Refused(_("The first line must name the columns. Missing: %s.") % ", ".join(missing), field="file")
        for number, cells in enumerate(reader):
            if number >= MOST_ROWS:
                raise Refused(_("The file has more than %s rows.") % MOST_ROWS, field="file")
            if any(cell.strip() for cell in cells):
                padded = dict(zip(head, [csv_export.plain(cell.strip()) for cell in cells], strict=False))
                yield reader.line_num, {name: padded.get(name, "") for name in HEAD}
    except csv.Error as error:
        text = _("Line %(line)s cannot be read: quotes do not fit.") % {"line": reader.line_num}
        raise Refused(text, field="file") from error


def _column(name: str) -> str:
    """Our name of a column, whatever its case and however its words are joined."""
    plain = re.sub(r"[\s_-]+", " ", name.strip().lower())
    return next((ours for ours in HEAD if ours.lower() == plain), "")


def _account(
    line: int, cells: dict[str, str], domains: set[str], primary: str, today: dt.date
) -> tuple[Account | None, list[Fault]]:
    """The account that a row describes, or what is wrong with it."""
    login, at, domain = cells["Login"].lower().partition("@")
    domain = _a_label(domain) if at else primary
    born, born_fault = _birth_date(cells["Birth date"], today)
    found = {
        "Name": _name_fault(cells["Name"]),
        "Last name": _name_fault(cells["Last name"]),
        "Birth date": born_fault,
        "Login": _login_fault(login, domain, domains),
    }
    faults = [Fault(line, column, cells[column][:100], reason) for column, reason in found.items() if reason]
    if faults or born is None:
        return None, faults
    return Account(cells["Name"], cells["Last name"], born, login, domain), faults


def _name_fault(name: str) -> str:
    if not name:
        return _("It is empty.")
    if found := names.web_address(name):
        return _("“%(found)s” is a web address.") % {"found": found[:60]}
    return _("It is longer than 60 characters.") if len(name) > LONGEST_NAME else ""


def _login_fault(login: str, domain: str, domains: set[str]) -> str:
    if not is_login(login):
        return _("Use letters from a to z, digits, and . _ - + between them.")
    return "" if domain in domains else _("This is not a verified domain of the company.")


def _birth_date(text: str, today: dt.date) -> tuple[dt.date | None, str]:
    """The date, or None and what is wrong."""
    born = DATE.fullmatch(text)
    if born is None:
        return None, _("Write it as 1990-03-27 or 27.03.1990.")
    try:
        return read_date(*(born[name] or born[f"{name}2"] for name in "ymd"), today=today), ""
    except ValidationError as error:
        return None, str(error.messages[0])


def _a_label(domain: str) -> str:
    try:
        return domain_names.to_a_label(domain)
    except Refused:
        return ""


def to_json(account: Account) -> dict[str, str]:
    """A row of the job that imports."""
    return {**vars(account), "birth_date": account.birth_date.isoformat()}


def from_json(row: dict[str, str]) -> Account:
    born = dt.date.fromisoformat(row["birth_date"])
    return Account(row["first_name"], row["last_name"], born, row["login"], row["domain"])
