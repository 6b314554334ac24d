"""What an e-mail address must be for a mail to reach it: the one judge of what is written and of what leaves.

Used by `notifications.mail.mime` and `notifications.smtp.transports`, and by `cli.config.value_checks` for
what people write. An accented domain is translated as it travels on the network; an accented name before
the @ is refused, since most servers take none. Light: the interface reads a configuration first of all.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from workflow.text.folding import visible

_EXAMPLE: Final = "écrivez par exemple nom@exemple.fr"
_LENGTH: Final = 254
_LOCAL_LENGTH: Final = 64
_LABEL_LENGTH: Final = 63
"""Characters, at most, of an address, of what comes before its @, and of a part of its domain: RFC 5321,
section 4.5.3.1, and RFC 1035, section 2.3.4."""

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


@lru_cache(maxsize=4096)
def route(address: str) -> str:
    """Return an address as it travels on the network: printable ASCII that a command and a header can carry.

    Raises:
        ValueError: when no mail can reach it; a French sentence without full stop says why.
    """
    if not address.isprintable() or " " in address:
        shown = visible(address, breaks=False)
        raise ValueError(
            f"« {shown} » n’est pas une adresse ; retirez espaces et caractères invisibles"
        )
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or "@" in local:
        raise ValueError(f"« {address} » n’est pas une adresse ; {_EXAMPLE}")
    whole = f"{_checked_local(local, address)}@{_translated(domain, address)}"
    if len(whole) > _LENGTH:
        raise ValueError(f"« {address} » a plus de {_LENGTH} caractères ; vérifiez l’adresse")
    return whole


def mailbox_key(address: str) -> str:
    """Return what two spellings of one mailbox share: capitals tell apart what stands before the @ alone.

    Takes what is no address too: a report writes anything.
    """
    with suppress(ValueError):
        address = route(address)
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def domain_of(address: str) -> str:
    """Return the domain of an address as it travels on the network; raises like `route`."""
    return route(address).rpartition("@")[2]


def _checked_local(local: str, address: str) -> str:
    if _LOCAL.fullmatch(local) and len(local) <= _LOCAL_LENGTH:
        return local
    if not local.isascii():
        why = "une lettre accentuée avant « @ » n’est acheminée par presque aucun serveur"
    elif local.startswith(".") or local.endswith(".") or ".." in local:
        why = "avant « @ », un point ne commence, ne finit ni ne se double"
    elif len(local) > _LOCAL_LENGTH:
        why = f"plus de {_LOCAL_LENGTH} caractères avant « @ »"
    else:
        why = _EXAMPLE
    raise ValueError(f"« {address} » n’est pas une adresse où écrire ; {why}")


def _translated(domain: str, address: str) -> str:
    """Return a domain in ASCII: its accented parts translated, and translated back to the same."""
    labels = domain.split(".")
    if any(len(label) > _LABEL_LENGTH for label in labels):
        raise ValueError(
            f"« {address} » : une partie du domaine a plus de {_LABEL_LENGTH} caractères ; vérifiez l’adresse"
        )
    travels = domain
    if not domain.isascii():
        try:
            travels = domain.encode("idna").decode("ascii")
            # A letter that this translation replaces (« ß ») would lead to somebody else's domain.
            faithful = travels.encode("ascii").decode("idna") == normalize("NFC", domain).lower()
        except UnicodeError:
            faithful = False
        if not faithful:
            raise ValueError(
                f"« {address} » : ce domaine ne se traduit pas pour le réseau ; vérifiez-le, ou écrivez-le "
                "sous sa forme « xn-- »"
            )
    *parents, last = travels.split(".")
    if not parents or not all(map(_LABEL.fullmatch, (*parents, last))) or last.isdigit():
        raise ValueError(f"« {address} » n’est pas une adresse ; {_EXAMPLE}")
    return travels
