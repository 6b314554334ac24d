"""What each tab of a file shows: dates, papers, hours, money, journal, mails.

Used by the screen of a file. Given what was read; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from display.case import unproved
from display.layout import line, text, title, under
from notifications.model.messages import FailedMessage
from notifications.schedule.viewpoint import Looking
from tui.acts.ledger import totals
from tui.case.panel import explained, put_off
from workflow.case.case import Case, Entry, PaperStatus
from workflow.case.people import Directory
from workflow.deadlines.hours_due import Goal
from workflow.eligibility.financing import Balance, Quote
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import (
    entry_lines,
    entry_words,
    paper_words,
    person_words,
)


class TabLine(Struct, frozen=True):
    """A line that something can be done to.

    Args:
        id: tells lines apart.
        shown: how it is drawn.
    """

    id: str
    shown: Text


_SIGNS = {
    PaperStatus.TO_OBTAIN: ("○", "muted"),
    PaperStatus.REQUESTED: ("…", "awaited"),
    PaperStatus.RECEIVED: ("✓", "ok"),
    PaperStatus.CHECKED: ("✓", "ok"),
    PaperStatus.SENT: ("✓", "ok"),
}


def dates(
    view: CaseView, journal: Sequence[Entry], looking: Looking, *, unfolded: bool
) -> Iterator[RenderableType]:
    """Yield what is to correct, what nothing proves, then every open deadline, the most pressing first."""
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
    reasons = put_off(journal)
    for deadline in sorted(case.deadlines.values(), key=lambda one: one.dates.act_on):
        yield from explained(deadline, looking, reasons, unfolded=unfolded)
        yield ""


def papers(case: Case, procedure: Procedure) -> Iterator[TabLine]:
    """Yield each paper: how far it has come, where it is kept."""
    for name, spec in procedure.documents.items():
        if spec.any_of and name not in case.documents:
            # A requirement that several documents meet is no paper of its own.
            continue
        paper = case.documents.get(name)
        status = paper.status if paper else PaperStatus.TO_OBTAIN
        sign, style = _SIGNS[status]
        on = f" le {french.short_day(paper.on)}" if paper else ""
        kept = f"  {paper.kept_at}" if paper and paper.kept_at else ""
        state = f"{sign} {paper_words(status)}{on}"
        yield TabLine(name, line((f"{state:<26}", style), spec.label, (kept, "muted")))


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
        "case.line": "rangement",
        "case.drop": "retirer",
    }
    yield _keys(words, key)


def _keys(words: Mapping[str, str], key: Callable[[str], str]) -> Text:
    """Return what the keys of a tab do, on one line."""
    pieces = ((f"{key(id_)} ", "accent") for id_ in words)
    said = ((f"{word}   ", "muted") for word in words.values())
    return line(*(piece for pair in zip(pieces, said, strict=True) for piece in pair))


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
    case: Case, goals: Sequence[Goal], key: Callable[[str], str]
) -> Iterator[RenderableType]:
    """Yield the sums of the hours, what is left to do, and the keys; `key` gives the one of an id."""
    if not case.hours:
        yield text("Aucune heure notée.", "muted")
    yield totals(case.hours, goals)
    yield ""
    words = {"hours.add": "ajouter", "case.line": "modifier", "case.drop": "retirer"}
    yield _keys(words, key)


def money(quote: Quote | None, accounts: Balance) -> Iterator[RenderableType]:
    """Yield what the file is worth, then what is asked, agreed, claimed and paid."""
    if quote is None:
        yield text("Les règles ne donnent aucun montant pour cette procédure.", "muted")
    else:
        grid = Table.grid(padding=(0, 2))
        for amount in quote.amounts:
            worth = "—" if amount.value is None else french.measured(amount.value, amount.unit)
            sure = "" if amount.certain or amount.value is None else " (à confirmer)"
            grid.add_row(
                amount.label,
                text(worth, "strong"),
                text(f"{amount.how}{sure}", "muted"),
            )
        yield grid
    yield ""
    words = (
        ("demandé", accounts.asked),
        ("accordé", accounts.agreed),
        ("réclamé", accounts.claimed),
        ("payé", accounts.paid),
        ("reste à payer", accounts.remaining),
    )
    known = [(name, value) for name, value in words if value is not None]
    if known:
        grid = Table.grid(padding=(0, 2))
        for name, value in known:
            grid.add_row(text(name, "muted"), french.measured(value, "€"))
        yield grid
    yield text("c pour noter ce qui est demandé, accordé, réclamé ou payé.", "muted")


def journal(
    entries: Sequence[Entry],
    procedure: Procedure,
    looking: Looking,
    directory: Directory,
) -> Iterator[RenderableType]:
    """Yield every entry, the latest first."""
    undone = {entry.undoes for entry in entries if entry.undoes}
    zone = looking.planner.zone(looking.agency)
    for entry in reversed(entries):
        on = f", le {french.moment(looking.local(entry.on))}" if entry.on else ""
        yield line(
            (f"{entry.seq:>3}  ", "muted"),
            (entry_words(entry, procedure), "strong"),
            on,
            ("  forcé" if entry.forced else "", "late"),
            ("  annulé depuis" if entry.seq in undone else "", "muted"),
        )
        who = person_words(directory, entry.by)
        signed = f"{french.moment(looking.local(entry.at))}, {who}"
        yield under(text(signed, "muted"), 5)
        for words in entry_lines(entry, procedure, directory, zone):
            yield under(words, 5)


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
    grid = Table.grid(padding=(0, 2))
    for at, label in coming:
        grid.add_row(text(french.moment(looking.local(at)), "muted"), label)
    yield grid if coming else text("Aucun rappel n’est prévu.", "muted")
