"""What a rule file says beside its rules: links, contacts of institutions, domain of a funder, its sessions.

Read from a rule file, told by `display.rules.references`. Never a person: an institution, its
switchboard and its site.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from workflow.rules.fact_specs import Checked, Source


class Link(Struct, frozen=True):
    """A page to open, as the source gives it; it may be gone since."""

    label: str
    url: str
    source: Source


class Contact(Struct, frozen=True):
    """An institution to ask; what is unknown of it is empty."""

    label: str
    source: Source
    address: str = ""
    phone: str = ""
    mail: str = ""
    site: str = ""
    note: str = ""

    @property
    def told(self) -> str:
        """Return the ways to reach it, on one line."""
        return " · ".join(
            part for part in (self.address, self.phone, self.mail, self.site, self.note) if part
        )


class Domain(Struct, frozen=True):
    """What a funder covers, in the words of its sheet.

    Args:
        sectors: sectors, collective agreements and employers, one phrase each.
        source: where it is written.
        others: other funders that may be the right one, by their id.
        note: how to make sure.
    """

    sectors: tuple[str, ...]
    source: Checked
    others: tuple[str, ...] = ()
    note: str = ""


class Meetings(Struct, frozen=True):
    """Days on which the commission of a funder met, that a text gives."""

    days: tuple[date, ...]
    source: Checked


class Unavailable(Struct, frozen=True):
    """Why an action of the procedure is not possible with a funder."""

    say: str
    source: Checked


class References(Struct, frozen=True):
    """All of it, for a procedure or for one of its funders; what a funder says comes first."""

    links: tuple[Link, ...] = ()
    contacts: tuple[Contact, ...] = ()
    domain: Domain | None = None
    meetings: Meetings | None = None
