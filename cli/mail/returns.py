"""`courriels retours`: reads what came back, in the return mailbox or in files, and notes what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation
from cli.shared.acting import DRY_RUN
from cli.terminal.exits import ExitCode
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.asked import LINES
from workflow.operations.requests import Request
from workflow.text import french
from workflow.text.os_errors import cause

if TYPE_CHECKING:
    from notifications.inbox.collecting import Collecting
    from notifications.model.returns import Return
    from notifications.returns.settling import Postmaster, Settled


_Said = tuple[str, tuple["Return", ...]]
"""What a mail says, with the file that it stands in."""


def read_returns(asked: Invocation) -> ExitCode:
    """Read what came back, and note it."""
    from cli.mail import returns_view as views

    session, given = asked.session, asked.asks(operations.FILES, operations.FOLDER)
    if asked.request.flag(operations.LISTED):
        return _listed(asked, given=given or asked.asks(operations.SEEN))
    if asked.asks(operations.LIMIT):
        raise InvalidInput("--limite ne sert qu’avec --liste : gardez les deux, ou aucun.")
    asked.writes()
    if asked.asks(operations.SEEN):
        return _put_away(asked, given=given)
    concerns: list[str] = []
    if given or asked.dry_run:
        # Whole before anything is noted: a trial holds the base, and waits for no server.
        said = list(_filed(asked, concerns) if given else _peeked(_collecting(asked), concerns))
        with session.container.trial() if asked.dry_run else nullcontext(session.container) as room:
            found = list(_noted(asked, room.messaging.postmaster, said))
    else:
        found = list(_collected(asked, concerns))
    if found and not asked.dry_run:
        session.wrote("retours de courriels")
    if asked.as_json:
        listed = [views.row_json(*row) for row in found]
        session.output.json({"saved": not asked.dry_run, "returns": listed, "concerns": concerns})
    elif found or not concerns:
        session.output.show(*views.told(found, session.places.directory))
    session.output.warn_each(concerns)
    if asked.dry_run:
        session.output.say(DRY_RUN)
    elif any(one.undelivered for _, one in found) and not asked.as_json:
        listing = Request(operations.MAILS, (), {operations.STATE: "non_remis"})
        session.suggest("Les courriels non remis :", listing)
    return ExitCode.OUT_OF_REACH if concerns else ExitCode.DONE


def _listed(asked: Invocation, *, given: bool) -> ExitCode:
    """Show what was noted; nothing is read."""
    from cli.mail import returns_view as views

    session = asked.session
    if given or asked.dry_run:
        raise InvalidInput(
            "--liste ne lit rien : retirez-la, ou retirez --fichier, --dossier, --ranger et --essai."
        )
    most = asked.count(operations.LIMIT, least=1) or LINES
    found = session.container.notifications.returns(most)
    if asked.as_json:
        session.output.json([views.kept_json(one) for one in found])
    elif not found:
        session.output.say("Rien n’est encore revenu.")
    else:
        session.output.show(views.kept(found, session.places.zone(None)))
    return ExitCode.DONE


def _put_away(asked: Invocation, *, given: bool) -> ExitCode:
    """Note that somebody has looked at returns; nothing is read."""
    session, numbers = asked.session, asked.counts(operations.SEEN)
    if given:
        raise InvalidInput("--ranger ne lit rien : retirez-la, ou retirez --fichier et --dossier.")
    trial = session.container.trial() if asked.dry_run else nullcontext()
    with trial as tried:
        store = session.container.notifications if tried is None else tried.store
        store.put_away(numbers, session.acting, session.clock())
    if asked.as_json:
        session.output.json({"saved": not asked.dry_run, "put_away": numbers})
        return ExitCode.DONE
    session.output.say(f"{french.count(len(numbers), 'retour rangé', 'retours rangés')}.")
    if asked.dry_run:
        session.output.say(DRY_RUN)
    else:
        session.wrote("retours rangés")
    return ExitCode.DONE


def _filed(asked: Invocation, concerns: list[str]) -> Iterator[_Said]:
    """Yield what the mails of files say; tell which could not be read."""
    from notifications.inbox.files import filed
    from notifications.returns.reading import read_report

    files = [Path(one) for one in asked.request.many(operations.FILES)]
    mails = filed(files, asked.path(operations.FOLDER))
    for mail in asked.session.output.track(mails, "Lecture des retours", len(mails)):
        try:
            yield mail.source, read_report(mail.head())
        except OSError as error:
            concerns.append(f"« {mail.source} » ne peut être lu : {cause(error)}.")


def _peeked(collecting: Collecting, concerns: list[str]) -> Iterator[_Said]:
    """Yield what is new in the return mailbox; tell why some was not read."""
    for look in collecting.peek():
        yield from (("", one.returns) for one in look.heard)
        concerns += [look.failure] if look.failure else []


def _noted(
    asked: Invocation, postmaster: Postmaster, said: Iterable[_Said]
) -> Iterator[tuple[str, Settled]]:
    """Note what mails say; yield what became of it."""
    session = asked.session
    for source, returns in said:
        report = postmaster.note(returns, session.acting, session.clock())
        yield from ((source, one) for one in report.settled)


def _collected(asked: Invocation, concerns: list[str]) -> Iterator[tuple[str, Settled]]:
    """Note what is new in the return mailbox, look after look; yield what became of it."""
    collecting = _collecting(asked)
    with asked.session.output.waiting("Lecture de la boîte de retour…"):
        found = collecting.once()
        yield from (("", one) for one in found.noted.settled)
        while found.more:
            found = collecting.once()
            yield from (("", one) for one in found.noted.settled)
    concerns += [found.failure] if found.failure else []


def _collecting(asked: Invocation) -> Collecting:
    """Return what reads the return mailbox.

    Raises:
        InvalidInput: when there is none.
    """
    found = asked.session.container.collecting(asked.session.acting)
    if found is None:
        raise InvalidInput(
            "Aucune boîte de retour n’est configurée : décrivez-la dans [mail.returns] de config.toml, ou "
            "donnez --fichier ou --dossier."
        )
    return found
