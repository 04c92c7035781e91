"""Every table belongs to a company or says why not."""

from __future__ import annotations

from django.apps import apps

from orgs.tenancy.models import TenantModel
from tests.guards.project import assert_known, own_models, tenant_models
from users.accounts.models import User

OUTSIDE = {
    "orgs.Organization": "the company itself; read before the company is known",
    "orgs.Membership": "read to learn the company; guarded by composite references instead",
    "orgs.TrialRequest": "belongs to a person whose company does not exist yet",
    "orgs.SentForm": "belongs to a person; the form may found the company",
    "orgs.Brake": "the operator's switch that stops the deletions of all companies",
    "orgs.JoinToken": "read before the company is known; it holds a token's digest and the company, nothing else",
    "orgs.AddressMailing": "one address is mailed three times a day by all companies together",
    "orgs.CompanyMailing": "stands beside the former: who was written to by whom is no company's to read",
    "orgs.Mail": "mails about an account belong to no company; it is under row security all the same",
    "billing.PriceList": "what is charged; the same for all companies",
    "billing.DocumentSeries": "the last number of a year's documents, of all companies together",
    "billing.ProviderEvent": "what a payment provider sent; it is read before the company is known",
    "users.User": "a person, who may belong to several companies",
}
LIBRARIES = {
    "admin": "Django admin's log of what operators did",
    "account": "allauth: addresses of people, read at login",
    "auth": "Django's permissions and groups, unused",
    "contenttypes": "Django's list of models",
    "mfa": "allauth: second factors of people, read between the password and the session",
    "sessions": "read before the person is known",
    "usersessions": "allauth: where people are logged in; a person may belong to several companies",
}


def test_every_model_belongs_to_a_company_or_says_why_not() -> None:
    outside = {model._meta.label for model in own_models() if not issubclass(model, TenantModel)}
    assert_known(outside, OUTSIDE, what="models that belong to no company")
    assert len(tenant_models()) >= 4


def test_every_library_with_tables_is_known() -> None:
    ours = {model._meta.app_label for model in own_models()}
    libraries = {model._meta.app_label for model in apps.get_models()} - ours
    assert_known(libraries, LIBRARIES, what="libraries with tables of their own")


def test_people_in_tenant_rows_are_memberships_not_users() -> None:
    fields = [field for model in tenant_models() for field in model._meta.get_fields()]
    assert [str(field) for field in fields if field.is_relation and field.related_model is User] == []
