"""The one place where connections are made, and where it is decided whether they may be."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx

from axiom_server.models.settings import Endpoint
from axiom_verifiers.contracts.contract import Contract


class EgressError(Exception):
    """The intent's security context forbids this connection."""


def is_local(url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_egress(contract: Contract, url: str) -> None:
    """Refuse what the context of the intent forbids: `sovereign` never leaves the machine.

    Raises EgressError.
    """
    context = dict(contract.settings).get("context", "public")
    if context == "sovereign" and not is_local(url):
        raise EgressError(
            f"the intent's context is sovereign: nothing of it may be sent to {url}. "
            "Use a model on this machine, or the embedded one"
        )


def client(settings: Endpoint, url: str) -> httpx.AsyncClient:
    """A client for one endpoint. Redirects are not followed: a key goes where it was meant to."""
    return httpx.AsyncClient(
        base_url=url,
        timeout=httpx.Timeout(settings.idle, connect=settings.connect),
        follow_redirects=False,
        trust_env=not is_local(url),
    )
