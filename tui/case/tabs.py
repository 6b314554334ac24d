"""What each tab of a file shows: dates, papers, what they say, hours, money, journal, mails.

Used by the screen of a file. Given what was read; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from display.case import deadlines
from display.case.case import unproved
from display.case.journal import put_off
from display.drawing.layout import line, pairs, text, title, under
from display.ledger import accounts, ledger
from display.ledger.concordance import concordance
from notifications.model.messages import FailedMessage
from notifications.schedule.viewpoint import Looking
from tui.acts.actform import CaseForm
from tui.acts.notes import noting_hours, noting_paper
from tui.acts.payments import noting_money
from tui.acts.removals import dropping_hours, dropping_money, dropping_paper
from tui.acts.sayings import noting_sayings
from tui.case.panel import explained
from tui.frame.office import Office
from workflow.case.case import Case, Entry
from workflow.deadlines.chases import chases
from workflow.deadlines.hours_due import Goal
from workflow.eligibility.accounts import Accounts
from workflow.eligibility.concordance import Comparison
from workflow.eligibility.financing import Quote
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import chase_words, money_beside, payer_words

_STATE = 26
"""Columns of how far a paper has come."""
_COUNT = 10
"""Columns of how much of what a paper says is noted."""


class TabLine(Struct, frozen=True):
    """A line that something can be done to.

    Args:
        id: tells lines apart.
        shown: how it is drawn.
    """

    id: str
    shown: Text


def dates(
    view: CaseView, journal: Sequence[Entry], looking: Looking, unfolded: Collection[str]
) -> Iterator[RenderableType]:
    """Yield what is to correct, what nothing proves, then every open deadline, the most pressing first.

    `unfolded` says what is shown of each date: `steps` justify it, `readings` are what else its text can say.
    """
    case = view.case
    for alert in case.alerts:
        yield line(("✗ À corriger : ", "late"), str(alert))
    if case.alerts:
        yield ""
    if view.unproved:
        yield title("Échéances non vérifiées")
        yield from unproved(view)
        yield ""
    if not case.deadlines:
        yield text("Aucune échéance n’est attendue.", "muted")
    if chased := chases(view.procedure, case, journal):
        yield line(("Relances : ", "strong"), chase_words(chased))
        yield ""
    snoozes = put_off(journal)
    for deadline in sorted(case.deadlines.values(), key=lambda one: one.dates.act_on):
        yield from explained(deadline, looking, snoozes, unfolded="steps" in unfolded)
        if "readings" in unfolded:
            yield from deadlines.read(deadline, steps=True)
        yield ""


def papers(case: Case, procedure: Procedure, today: date) -> Iterator[TabLine]:
    """Yield each paper: how far it has come, and what is beside, as of a day."""
    for spec in ledger.papers(case, procedure):
        paper = case.documents.get(spec.id)
        known = ledger.beside(paper, today) if paper else ()
        beside = ((f"  {words}", style or "muted") for words, style in known)
        state = ledger.progress(paper)
        state.pad_right(max(_STATE - state.cell_len, 0))
        yield TabLine(spec.id, state.append_text(line(spec.label, *beside)))


def papers_aside(procedure: Procedure, key: Callable[[str], str]) -> Iterator[RenderableType]:
    """Yield the keys of a list of papers; `key` gives the one of an id."""
    if not procedure.documents:
        yield text("Cette procédure ne demande aucune pièce.", "muted")
        return
    words = {
        "paper.requested": "demandée",
        "paper.received": "reçue",
        "paper.checked": "vérifiée",
        "paper.sent": "transmise",
        "paper.open": "ouvrir",
        "case.line": "rangement, fichier",
        "case.drop": "retirer",
    }
    yield _keys(words, key)


def _keys(words: Mapping[str, str], key: Callable[[str], str]) -> Text:
    """Return what the keys of a tab do, on one line."""
    pieces = ((f"{key(id_)} ", "accent") for id_ in words)
    said = ((f"{word}   ", "muted") for word in words.values())
    return line(*(piece for pair in zip(pieces, said, strict=True) for piece in pair))


def sayings(case: Case, procedure: Procedure) -> Iterator[TabLine]:
    """Yield each paper that says something of the file, and how much of it is noted."""
    rules = procedure.concordance
    for paper in rules.papers if rules else ():
        known = rules.facts_of(paper) if rules else ()
        noted = case.documents.get(paper)
        said = sum(name in noted.says for name in known) if noted else 0
        label = procedure.documents[paper].label
        yield TabLine(paper, line((f"{said} sur {len(known)}".ljust(_COUNT), "muted"), label))


def sayings_aside(found: Comparison | None, key: Callable[[str], str]) -> Iterator[RenderableType]:
    """Yield what papers say, compared, and the key; `key` gives the one of an id."""
    if found is None:
        yield text("Cette procédure ne compare aucune pièce.", "muted")
        return
    yield from concordance(found)
    yield _keys({"case.line": "ce que dit la pièce"}, key)


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


def hours_aside(
    case: Case, goals: Sequence[Goal], looking: Looking, key: Callable[[str], str]
) -> Iterator[RenderableType]:
    """Yield the sums of the hours, what is left to do, and the keys; `key` gives the one of an id."""
    yield from ledger.sums(case.hours, goals, looking)
    yield ""
    words = {"hours.add": "ajouter", "case.line": "modifier", "case.drop": "retirer"}
    yield _keys(words, key)


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


def money(
    view: CaseView, quote: Quote | None, found: Accounts, key: Callable[[str], str]
) -> Iterator[RenderableType]:
    """Yield what each payer owes and the keys, what the file is worth, then its accounts."""
    if view.procedure.payers:
        if found.shares:
            yield accounts.shares(found)
            yield ""
        words = {
            "hours.add": "demande ou versement",
            "case.line": "modifier",
            "case.drop": "retirer",
        }
        yield _keys(words, key)
        yield ""
    if quote is None:
        yield text("Les règles ne donnent aucun montant pour cette procédure.", "muted")
    else:
        yield from accounts.amounts(quote)
    yield ""
    yield accounts.balance(found.balance)
    yield text("c pour noter ce qui est demandé, accordé, réclamé ou payé.", "muted")


def mails(
    view: CaseView, looking: Looking, failed: Iterable[FailedMessage]
) -> Iterator[RenderableType]:
    """Yield the reminders to come, and the messages that did not leave."""
    for message in failed:
        yield line(("✗ ", "late"), (message.subject, "strong"), f"  à {message.address}")
        yield under(text(message.error, "late"))
    coming = sorted(
        (planned.at, deadline.label)
        for deadline in view.case.deadlines.values()
        for planned in looking.planner.planned(deadline, looking.agency)
        if planned.at > looking.now
    )
    yield title("Rappels à venir")
    if not coming:
        yield text("Aucun rappel n’est prévu.", "muted")
    yield pairs((french.moment(looking.local(at)), label) for at, label in coming)


LINES: Mapping[str, Callable[[CaseView, date], Iterable[TabLine]]] = {
    "papers": lambda view, today: papers(view.case, view.procedure, today),
    "sayings": lambda view, _: sayings(view.case, view.procedure),
    "hours": lambda view, _: hours(view.case),
    "money": lambda view, _: payments(view.case, view.procedure),
}
"""The lines of the tabs that have some, as of a day."""

FORMS: Mapping[str, Callable[[CaseView, str, Office], CaseForm]] = {
    "papers": lambda view, id_, _: noting_paper(view, id_),
    "sayings": noting_sayings,
    "hours": lambda view, id_, _: noting_hours(view, int(id_)),
    "money": lambda view, id_, _: noting_money(view, int(id_)),
}
"""The form of a line of each, by its id."""

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
