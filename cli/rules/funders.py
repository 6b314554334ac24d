"""`regles opacif`: which funder covers a sector, an agreement or an employer. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding

from cli.asking.invocation import Invocation
from cli.shared.shapes import contact_json
from display.drawing.layout import line, text
from workflow.eligibility.funders import Covering, covering, several


def find(asked: Invocation) -> None:
    """Say which funders cover what is asked, why, and how to make sure."""
    from workflow.rulefiles.rulebook import load_rulebook

    session, words = asked.session, " ".join(asked.request.about)
    procedures = several(load_rulebook().procedures)
    found = [one for procedure in procedures for one in covering(procedure, words)]
    sure = [one.domain.note for one in procedures if one.domain]
    if asked.as_json:
        rows = [_shape(one) for one in found]
        session.output.json({"asked": words, "funders": rows, "to_make_sure": sure})
        return
    session.output.show(*(row for one in found for row in _rows(one)))
    if not found:
        session.output.say(f"Aucun OPACIF de la fiche ne couvre « {words} ».")
    for note in sure:
        session.output.say(note)


def _rows(one: Covering) -> Iterator[RenderableType]:
    rules = one.procedure
    yield line((rules.funder_label, "strong"), (f"  {rules.funder}", "muted"))
    for sector in one.sectors:
        yield Padding(text(f"• {sector}"), (0, 0, 0, 2))
    if (domain := rules.domain) and domain.note:
        yield Padding(text(domain.note, "muted"), (0, 0, 0, 2))
    for contact in rules.contacts[:1]:
        yield Padding(text(f"{contact.label} : {contact.told}"), (0, 0, 0, 2))


def _shape(one: Covering) -> dict[str, object]:
    rules, domain = one.procedure, one.procedure.domain
    return {
        "procedure": rules.id,
        "funder": rules.funder,
        "label": rules.funder_label,
        "sectors": one.sectors,
        "others": domain.others if domain else [],
        "note": domain.note if domain else "",
        "contacts": [contact_json(contact) for contact in rules.contacts],
    }
