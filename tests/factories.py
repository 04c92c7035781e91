"""Makes people and companies for tests, through the product's own verbs."""

from __future__ import annotations

import datetime as dt

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from access.changes import save as grants
from access.changes import staged_changes
from access.members import members
from access.structure import teams
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.people.models import Team
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User

PASSWORD = "a-long-enough-password"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person whose address is confirmed."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    email = factory.Sequence(lambda n: f"person{n}@example.com")

    @classmethod
    def _create(cls, model_class: type[User], *_args: object, **kwargs: object) -> User:
        user = model_class.objects.create_user(password=PASSWORD, **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


def make_company(name: str = "Northwind Robotics", *, age_days: int = 40, owner: User | None = None) -> Organization:
    """A company whose free trial began `age_days` ago; nobody has full access, so after 30 days it is Read only."""
    founded_at = timezone.now() - dt.timedelta(days=age_days)
    owner = owner or UserFactory()
    org = companies.create(owner=owner, name=name, country="DE", time_zone="Europe/Berlin", now=founded_at)
    return lifecycle.activate(org=org, actor=org.memberships.get(), now=founded_at)


def add_member(org: Organization, *, level: Level = Level.READ_ONLY, user: User | None = None) -> Membership:
    """Somebody joins; with full access when asked, given by the owner."""
    now = timezone.now()
    member = members.join(org=org, user=user or UserFactory(), now=now)
    if level == Level.FULL:
        owner = org.memberships.get(role=Role.OWNER)
        member = grants.set_level(member=member, level=level, actor=owner, now=now)
    return member


def make_administrator(org: Organization) -> Membership:
    """An administrator with Read only access."""
    member = add_member(org)
    Membership.objects.filter(pk=member.pk).update(role=Role.ADMINISTRATOR)
    member.refresh_from_db()
    return member


def make_team(org: Organization, *people: Membership, level: Level = Level.READ_ONLY) -> Team:
    """The team Platform with these people; with full access when asked, given by the owner."""
    now, owner = timezone.now(), org.memberships.get(role=Role.OWNER)
    with company_scope(org.pk):
        team = teams.create(org=org, name="Platform", actor=owner, now=now)
        teams.add_people(team=team, people=list(people), actor=owner, now=now)
    if level == Level.FULL:
        set_team_level(team, level)
    return team


def set_team_level(team: Team, level: Level) -> None:
    """The owner stages the team's level and saves it."""
    now, owner = timezone.now(), team.org.memberships.get(role=Role.OWNER)
    staged = staged_changes.stage(org=team.org, levels={("team", team.public_id): level}, author=owner, now=now)
    grants.save(org=team.org, token=staged.draft.token, shown=staged.plan.digest, actor=owner, now=now)
