"""What each tab of a file shows beside its lines: dates, what papers say, sums, amounts, mails.

Used by the screen of a file. Given what was read; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

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
from tui.case.panel import explained
from workflow.case.case import Case, Entry
from workflow.deadlines.chases import chases
from workflow.deadlines.hours_due import Goal
from workflow.eligibility.accounts import Accounts
from workflow.eligibility.concordance import Comparison
from workflow.eligibility.financing import Quote
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import chase_words


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


def sayings_aside(found: Comparison | None, key: Callable[[str], str]) -> Iterator[RenderableType]:
    """Yield what papers say, compared, and the key; `key` gives the one of an id."""
    if found is None:
        yield text("Cette procédure ne compare aucune pièce.", "muted")
        return
    yield from concordance(found)
    yield _keys({"case.line": "ce que dit la pièce"}, key)


def hours_aside(
    case: Case, goals: Sequence[Goal], looking: Looking, key: Callable[[str], str]
) -> Iterator[RenderableType]:
    """Yield the sums of the hours, what is left to do, and the keys; `key` gives the one of an id."""
    yield from ledger.sums(case.hours, goals, looking)
    yield ""
    words = {"hours.add": "ajouter", "case.line": "modifier", "case.drop": "retirer"}
    yield _keys(words, key)


def control_aside(key: Callable[[str], str]) -> Iterator[RenderableType]:
    """Yield the key of the points that are looked at; `key` gives the one of an id."""
    yield _keys({"case.line": "noter ce qui manque, ou corriger"}, key)


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
