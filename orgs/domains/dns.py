"""Asks the name servers for the TXT record that proves a domain. Network calls: never inside a transaction."""

from __future__ import annotations

from urllib.parse import urlsplit

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

from orgs.domains.models import Answer

TRY = 2.0  # seconds for one question to one server
LIFETIME = 6.0  # seconds for all of them
DNS_PORT = 53
PAYLOAD = 1232  # bytes of a UDP answer; a longer one comes by TCP


def look_up(host: str, value: str) -> Answer:
    """Whether a TXT record with the value stands at the host, definitely does not, or nobody can tell.

    Servers that fail, refuse, are late, refer to others or answer in circles tell nothing: `UNKNOWN`.
    """
    try:
        answer = _resolver().resolve(f"{host}.", dns.rdatatype.TXT, raise_on_no_answer=False, search=False)
    except dns.resolver.NXDOMAIN:
        return Answer.NO_RECORD
    except (dns.exception.DNSException, OSError):
        return Answer.UNKNOWN
    if answer.rrset is None:
        return Answer.NO_RECORD if is_about_its_own_zone(answer) else Answer.UNKNOWN
    texts = (b"".join(record.strings) for record in answer.rrset)
    is_there = any(text.strip(b' \t"') == value.encode() for text in texts)
    return Answer.PRESENT if is_there else Answer.OTHER_VALUE


def is_about_its_own_zone(answer: dns.resolver.Answer) -> bool:
    """False for an empty answer that only names other servers, as a server that is not responsible gives it."""
    kinds = {rrset.rdtype for rrset in answer.response.authority}
    return dns.rdatatype.NS not in kinds or dns.rdatatype.SOA in kinds


def _resolver() -> dns.resolver.Resolver:
    """The machine's name servers, or those of `DNS_SERVERS`."""
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        resolver.nameservers = [_server(address) for address in settings.DNS_SERVERS]
    resolver.timeout, resolver.lifetime = TRY, LIFETIME
    resolver.use_edns(0, payload=PAYLOAD)
    return resolver


def _server(address: str) -> dns.nameserver.Nameserver:
    """`192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]` or `[2001:db8::1]:5353`."""
    parts = urlsplit(f"//{address}")
    return dns.nameserver.Do53Nameserver(parts.hostname or address, parts.port or DNS_PORT)
