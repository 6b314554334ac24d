"""The lines of the tabs of a file that have some, and what can be done to each.

Used by the screen of a file. Given what was read; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct
from rich.text import Text

from display.case.verdict import SIGNS, STYLES
from display.drawing.layout import line
from display.ledger import accounts, ledger
from tui.acts.actform import CaseForm
from tui.acts.acts import correcting
from tui.acts.notes import noting_hours, noting_paper
from tui.acts.payments import noting_money
from tui.acts.removals import dropping_hours, dropping_money, dropping_paper
from tui.acts.sayings import noting_sayings
from tui.case.reading import CaseReading
from tui.frame.office import Office
from workflow.case.case import Case
from workflow.eligibility.evaluate import Report
from workflow.errors import Refused
from workflow.rules.checks import CheckVerdict
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import money_beside, payer_words

_STATE = 26
"""Columns of how far a paper has come."""
_COUNT = 10
"""Columns of how much of what a paper says is noted."""
_JUDGED = (CheckVerdict.FAILING, CheckVerdict.TO_CONFIRM, CheckVerdict.CONFORMING)


class TabLine(Struct, frozen=True):
    """A line that something can be done to.

    Args:
        id: tells lines apart.
        shown: how it is drawn.
    """

    id: str
    shown: Text


def papers(case: Case, procedure: Procedure, today: date) -> Iterator[TabLine]:
    """Yield each paper: how far it has come, and what is beside, as of a day."""
    for spec in ledger.papers(case, procedure):
        paper = case.documents.get(spec.id)
        known = ledger.beside(paper, today) if paper else ()
        beside = ((f"  {words}", style or "muted") for words, style in known)
        state = ledger.progress(paper)
        state.pad_right(max(_STATE - state.cell_len, 0))
        yield TabLine(spec.id, state.append_text(line(spec.label, *beside)))


def sayings(case: Case, procedure: Procedure) -> Iterator[TabLine]:
    """Yield each paper that says something of the file, and how much of it is noted."""
    rules = procedure.concordance
    for paper in rules.papers if rules else ():
        known = rules.facts_of(paper) if rules else ()
        noted = case.documents.get(paper)
        said = sum(name in noted.says for name in known) if noted else 0
        label = procedure.documents[paper].label
        yield TabLine(paper, line((f"{said} sur {len(known)}".ljust(_COUNT), "muted"), label))


def hours(case: Case) -> Iterator[TabLine]:
    """Yield the lines of the ledger of hours."""
    for one in case.hours:
        until = f" au {french.short_day(one.last)}" if one.last != one.first else ""
        told = ((one.planned, "prévues"), (one.done, "faites"))
        amounts = [f"{french.measured(value, 'h')} {words}" for value, words in told if value]
        yield TabLine(
            str(one.number),
            line(
                (f"{one.number:>2}  ", "muted"),
                f"{one.kind.value:<10}",
                f"{french.short_day(one.first)}{until}".ljust(26),
                (", ".join(amounts).ljust(28), "strong"),
                (one.place, "muted"),
            ),
        )


def payments(case: Case, procedure: Procedure) -> Iterator[TabLine]:
    """Yield the claims and payments."""
    for one in case.money:
        yield TabLine(
            str(one.number),
            line(
                (f"{one.number:>2}  ", "muted"),
                f"{one.kind.value:<10}",
                french.short_day(one.on).ljust(12),
                (f"{accounts.euros(one.amount):>13}  ", "strong"),
                payer_words(procedure, one.payer),
                (f"  {money_beside(one)}", "muted"),
            ),
        )


def findings(report: Report) -> Iterator[TabLine]:
    """Yield what is said of each point, what does not conform first, then the reminders."""
    for one in sorted(report.findings, key=lambda one: -one.verdict.weight):
        sign = (f"{SIGNS[one.verdict]} ", STYLES[one.verdict])
        sentence = one.sentence
        for name in one.missing:
            # The name of a fact in a command, which nobody types here.
            sentence = sentence.replace(f" ({name})", "")
        yield TabLine(one.id, line(sign, (one.label, "strong"), f"\n  {sentence}"))


def counted(report: Report) -> str:
    """Return « ✗ 1  ? 6  ✓ 7 », without what there is none of."""
    counts = {verdict: len(report.of(verdict)) for verdict in _JUDGED}
    return "  ".join(f"{SIGNS[one]}\u00a0{count}" for one, count in counts.items() if count)


def answering(reading: CaseReading, id_: str, office: Office) -> CaseForm:
    """Return the form of the facts that a point looks at, those that it lacks if there are any.

    Raises:
        Refused: when no fact of the file answers it.
    """
    finding = next(one for one in reading.report.findings if one.id == id_)
    rules = reading.view.procedure
    steps = {action.dated_by for action in rules.actions.values()}
    checks = (one.measure for one in rules.checks if one.id == id_ and one.measure)
    names = finding.missing or tuple(name for one in checks for name in one.names)
    known = tuple(name for name in names if name in rules.facts and name not in steps)
    if not known:
        raise Refused(f"Aucun fait du dossier ne répond à ce point. {finding.sentence}")
    return correcting(reading.view, office, known)


LINES: Mapping[str, Callable[[CaseReading, date], Iterable[TabLine]]] = {
    "papers": lambda reading, today: papers(reading.view.case, reading.view.procedure, today),
    "sayings": lambda reading, _: sayings(reading.view.case, reading.view.procedure),
    "hours": lambda reading, _: hours(reading.view.case),
    "money": lambda reading, _: payments(reading.view.case, reading.view.procedure),
    "control": lambda reading, _: findings(reading.report),
}
"""The lines of the tabs that have some, as of a day."""

FORMS: Mapping[str, Callable[[CaseReading, str, Office], CaseForm]] = {
    "papers": lambda reading, id_, _: noting_paper(reading.view, id_),
    "sayings": lambda reading, id_, office: noting_sayings(reading.view, id_, office),
    "hours": lambda reading, id_, _: noting_hours(reading.view, int(id_)),
    "money": lambda reading, id_, _: noting_money(reading.view, int(id_)),
    "control": answering,
}
"""The form of a line of each, by its id; raises `Refused` for a line that has none."""

DROPS: Mapping[str, Callable[[CaseView, str], CaseForm]] = {
    "papers": dropping_paper,
    "hours": lambda view, id_: dropping_hours(view, int(id_)),
    "money": lambda view, id_: dropping_money(view, int(id_)),
}
"""What forgets a line of those whose lines can be."""

ADDS: Mapping[str, Callable[[CaseView], CaseForm]] = {
    "hours": lambda view: noting_hours(view, None),
    "money": lambda view: noting_money(view, None),
}
"""The form of a new line of those that take one."""

TABS: Mapping[str, str] = {
    "dates": "Échéances",
    "papers": "Pièces",
    "hours": "Heures",
    "money": "Financement",
    "journal": "Journal",
    "mails": "Courriels",
    "sayings": "Concordance",
    "control": "Contrôle",
}
"""Title of each tab, by its id."""

EXPORTED: Mapping[str, str] = {
    "dates": "echeances",
    "papers": "pieces",
    "hours": "heures",
    "money": "argent",
    "journal": "journal",
}
"""The list of which a tab shows what concerns the file."""

TAB_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "export": tuple(EXPORTED),
    "line": tuple(LINES),
    "drop": tuple(DROPS),
    "mark": ("papers",),
    "open_file": ("papers",),
    "add_line": tuple(ADDS),
}
"""Where an action of a tab makes sense."""
