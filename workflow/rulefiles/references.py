"""Links, contacts, domain and known sessions, read from the tables of a rule file.

Used by `workflow.rulefiles.procedures`. What a funder says comes before what all of them share.
"""

from __future__ import annotations

from workflow.rulefiles.facts import read_source
from workflow.rulefiles.toml_reader import Parts, Table
from workflow.rules.references import Contact, Domain, Link, Meetings, References


def read_references(parts: Parts) -> References:
    """Read everything that stands beside the rules."""
    domain, meetings = parts.table("domain"), parts.table("meetings")
    return References(
        links=tuple(_link(row) for row in parts.rows("links")),
        contacts=tuple(_contact(row) for row in parts.rows("contacts")),
        domain=_domain(domain) if domain else None,
        meetings=_meetings(meetings) if meetings else None,
    )


def _link(row: Table) -> Link:
    link = Link(row.text("label"), row.text("url"), read_source(row))
    row.close()
    return link


def _contact(row: Table) -> Contact:
    contact = Contact(
        row.text("label"),
        read_source(row),
        *(row.optional_text(name) or "" for name in ("address", "phone", "mail", "site", "note")),
    )
    row.close()
    return contact


def _domain(table: Table) -> Domain:
    domain = Domain(
        table.names("sectors", required=True),
        table.names("others"),
        table.optional_text("note") or "",
        read_source(table, checked=True),
    )
    table.close()
    return domain


def _meetings(table: Table) -> Meetings:
    meetings = Meetings(table.days("days"), read_source(table, checked=True))
    table.close()
    return meetings
