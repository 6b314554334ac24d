"""The verdict on a file in the terminal and as JSON: what does not conform first, each with its source.

Used by `dossier controler` and by the portal sheet. Says nothing of why a person is eligible: the public
line is all that reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked, source_json
from display.case.case import heading
from display.case.verdict import SIGNS, STYLES, WORDS
from display.drawing.layout import line, text
from workflow.case.case import Case
from workflow.eligibility.evaluate import Finding, Report
from workflow.rules.checks import CheckVerdict
from workflow.rules.procedure import Procedure
from workflow.text import french

_JUDGED = (CheckVerdict.FAILING, CheckVerdict.TO_CONFIRM, CheckVerdict.CONFORMING)


def sheet(
    case: Case, procedure: Procedure, report: Report, *, everything: bool
) -> Iterator[RenderableType]:
    """Yield the verdict; `everything` shows the reminders too, and the notes of each finding."""
    yield heading(case, procedure)
    overall = report.verdict
    words = f"{SIGNS[overall]} {WORDS[overall].capitalize()}"
    yield line((words, f"{STYLES[overall]} bold"), f" : {_counted(report, everything)}.")
    if failing := report.of(CheckVerdict.FAILING):
        yield line(("À corriger : ", "strong"), (", ".join(one.id for one in failing), "late"))
    shown = [
        one for one in report.findings if everything or one.verdict is not CheckVerdict.REMINDER
    ]
    for theme, findings in groupby(shown, key=lambda one: one.theme):
        yield line((procedure.themes.get(theme, theme), "strong"))
        yield _findings(sorted(findings, key=lambda one: -one.verdict.weight), everything)


def hidden(report: Report) -> str:
    """Return what a verdict without its reminders leaves out; nothing when it leaves out none."""
    reminders = len(report.of(CheckVerdict.REMINDER))
    notes = any(one.notes for one in report.findings)
    if not reminders and not notes:
        return ""
    also = ", avec les remarques" if notes else ""
    count = french.count(reminders, "rappel n’est pas montré", "rappels ne sont pas montrés")
    return f"{count} : --tout les donne{also}."


def _counted(report: Report, everything: bool) -> str:
    """Return « 1 non conforme, 2 à confirmer, 9 conformes »."""
    parts = []
    for verdict in _JUDGED:
        found = report.of(verdict)
        if found:
            many = WORDS[verdict] if verdict is CheckVerdict.TO_CONFIRM else f"{WORDS[verdict]}s"
            parts.append(french.count(len(found), WORDS[verdict], many))
    if everything and (reminders := report.of(CheckVerdict.REMINDER)):
        parts.append(french.count(len(reminders), "rappel", "rappels"))
    return ", ".join(parts) or "rien à vérifier pour ce dossier"


def _findings(findings: Iterable[Finding], everything: bool) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for one in findings:
        style = STYLES[one.verdict]
        # What conforms is only looked at to be sure of it: the rest stands out.
        strong = style if one.verdict in {CheckVerdict.FAILING, CheckVerdict.TO_CONFIRM} else ""
        grid.add_row(
            text(SIGNS[one.verdict], style),
            line(
                (one.id, "strong"),
                (f" {one.label} : ", strong),
                one.sentence,
                (f" ({one.source.place})", "muted"),
            ),
        )
        for note in one.notes if everything else ():
            grid.add_row("", text(f"Remarque : {note}", "muted"))
    return grid


def report_json(case: Case, procedure: Procedure, report: Report) -> dict[str, Any]:
    """Return the whole verdict, reminders and notes included."""
    return {
        **picked(case, "ref title procedure edition state version"),
        "verdict": report.verdict,
        "counts": {verdict.value: len(report.of(verdict)) for verdict in CheckVerdict},
        "findings": [finding_json(one, procedure) for one in report.findings],
    }


def finding_json(finding: Finding, procedure: Procedure) -> dict[str, Any]:
    """Return a finding with its source."""
    return {
        **picked(finding, "id label theme"),
        "theme_label": procedure.themes.get(finding.theme, finding.theme),
        **picked(finding, "verdict sentence missing blocks notes"),
        "source": source_json(finding.source),
    }
