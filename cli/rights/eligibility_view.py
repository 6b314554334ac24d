"""Eligibility in the terminal: the public line, and the restricted part that one option alone shows.

Used by `dossier eligibilite`. `restricted` and `restricted_json` are the only places of the command line
where a ground is written; they are called once the reading is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked, source_json
from cli.shared.verdict_view import finding_json
from display.case.case import heading
from display.case.verdict import SIGNS, STYLES, WORDS
from display.drawing.layout import grid, line, pairs, section, text, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case
from workflow.case.people import Directory
from workflow.eligibility.evaluate import Finding, Report
from workflow.errors import Refused
from workflow.rules.checks import EligibilityRules, Ground
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.reads import RestrictedView
from workflow.wording.fact_text import fact_words
from workflow.wording.journal_text import ABSENT, person_words


def public_line(procedure: Procedure, report: Report) -> Finding:
    """Return the public line of a verdict.

    Raises:
        Refused: when the procedure asks nothing of the person.
    """
    rules = _rules(procedure)
    return next(finding for finding in report.findings if finding.id == rules.id)


def public(finding: Finding) -> RenderableType:
    """Return « ✓ Public éligible, conforme : … »."""
    return line(
        (f"{SIGNS[finding.verdict]} ", STYLES[finding.verdict]),
        (finding.label, "strong"),
        (f", {WORDS[finding.verdict]}", STYLES[finding.verdict]),
        f" : {finding.sentence}",
    )


def public_json(case: Case, finding: Finding, procedure: Procedure) -> dict[str, Any]:
    """Return the public line for another program."""
    rules = _rules(procedure)
    return {
        "ref": case.ref,
        "version": case.version,
        "eligibility": finding_json(finding, procedure),
        **_dates(case, rules),
    }


def restricted(
    view: RestrictedView, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    """Yield the restricted part: ground, answers, proof, what is said of them, and who read it."""
    yield heading(view.case, view.procedure)
    yield line(("Partie restreinte", "title"), "  (cette lecture est notée au journal)")
    if view.ground is None or view.eligibility is None:
        yield "Aucun public n’est noté."
    else:
        yield _noted(view, view.ground, looking)
        yield from (text(f"À savoir : {note}") for note in view.ground.notes)
        yield from section("Contrôle")
        yield from _findings(view)
    yield from section("Lectures de la partie restreinte")
    yield grid(
        (french.moment(looking.local(one.at)), person_words(directory, one.by))
        for one in view.consultations
    )


def restricted_json(view: RestrictedView) -> dict[str, Any]:
    """Return the restricted part for another program."""
    ground, noted = view.ground, view.eligibility
    proof = ground.proofs.get(noted.proof) if ground and noted else None
    return {
        **picked(view.case, "ref version"),
        "ground": ground
        and {
            **picked(ground, "id label"),
            "source": source_json(ground.source),
            "notes": ground.notes,
        },
        "answers": noted.answers if noted else {},
        "proof": proof
        and {
            **picked(proof, "id label expires"),
            "confirmed": not (proof.unconfirmed or proof.doubt),
            "source": source_json(proof.source),
        },
        "kept_at": noted.kept_at if noted else "",
        **_dates(view.case, _rules(view.procedure)),
        "findings": [finding_json(finding, view.procedure) for finding in view.findings],
        "consultations": [picked(one, "at by") for one in view.consultations],
    }


def _rules(procedure: Procedure) -> EligibilityRules:
    if procedure.eligibility is None:
        raise Refused(f"La procédure « {procedure.id} » ne demande rien sur la personne.")
    return procedure.eligibility


def _dates(case: Case, rules: EligibilityRules) -> dict[str, Any]:
    names = {"seen_on": rules.proof_seen, "valid_until": rules.proof_until}
    return {key: case.facts.get(name) for key, name in names.items()}


def _noted(view: RestrictedView, ground: Ground, looking: Looking) -> Table:
    rules, noted = _rules(view.procedure), view.eligibility
    assert noted is not None, "a ground is noted"  # noqa: S101 - looked up from it
    zone = looking.planner.zone(looking.agency)
    proof = ground.proofs.get(noted.proof)
    rows = [("Public", ground.label)]
    for name, spec in ground.questions.items():
        value = noted.answers.get(name)
        rows.append((spec.label, ABSENT if value is None else fact_words(value, zone, spec)))
    rows.append(("Preuve", proof.label if proof else ABSENT))
    for label, fact in (("Vue le", rules.proof_seen), ("Valable jusqu’au", rules.proof_until)):
        value = view.case.facts.get(fact)
        rows.append((label, ABSENT if value is None else fact_words(value, zone)))
    rows.append(("Conservée", noted.kept_at or ABSENT))
    return pairs(rows)


def _findings(view: RestrictedView) -> Iterator[RenderableType]:
    for finding in view.findings:
        style = STYLES[finding.verdict]
        yield line(
            (f"{SIGNS[finding.verdict]} ", style),
            (finding.id, "strong"),
            f" {finding.label}",
            (f", {WORDS[finding.verdict]}", style),
            f" : {finding.sentence}",
        )
        quoted = f"« {finding.source.quote} » ({finding.source.place})"
        yield under(text(quoted, "muted"))
        yield from (under(text(note, "muted")) for note in finding.notes)
