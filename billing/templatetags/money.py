"""Money and counts in templates."""

from __future__ import annotations

from django import template

from billing.money.formatting import format_count, format_money

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """`{{ 16450|money:"USD" }}` is $164.50."""
    return format_money(amount, currency)


@register.filter
def count(number: int) -> str:
    """`{{ 1284|count }}` is 1,284."""
    return format_count(number)


@register.filter
def owed(balance: int, currency: str) -> str:
    """`{{ -4120|owed:"USD" }}` is $41.20: what brings a negative balance to zero."""
    return format_money(-balance, currency)
