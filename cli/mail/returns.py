"""`courriels retours`: reads what came back, in the return mailbox or in files, and notes what it says."""

from __future__ import annotations

from collections.abc import Iterator
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
from workflow.text.os_errors import cause

if TYPE_CHECKING:
    from cli.wiring.messaging import Messaging
    from notifications.returns.settling import Settled


def read_returns(asked: Invocation) -> ExitCode:
    """Read what came back, and note it."""
    from cli.mail import returns_view as views

    session, given = asked.session, asked.asks(operations.FILES, operations.FOLDER)
    if asked.request.flag(operations.LISTED):
        return _listed(asked, given=given)
    if asked.asks(operations.LIMIT):
        raise InvalidInput("--limite ne sert qu’avec --liste : gardez les deux, ou aucun.")
    asked.writes()
    concerns: list[str] = []
    read = _files if given else _mailbox
    with session.container.trial() if asked.dry_run else nullcontext(session.container) as room:
        found = list(read(asked, room.messaging, concerns))
    if found and not asked.dry_run:
        session.wrote("retours de courriels")
    if asked.as_json:
        listed = [views.row_json(*row) for row in found]
        session.output.json({"saved": not asked.dry_run, "returns": listed, "concerns": concerns})
    else:
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
            "--liste ne lit rien : retirez-la, ou retirez --fichier, --dossier et --essai."
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


def _files(
    asked: Invocation, messaging: Messaging, concerns: list[str]
) -> Iterator[tuple[str, Settled]]:
    """Yield what files say and what became of it, each with its file; tell what could not be read."""
    from notifications.inbox.files import filed
    from notifications.returns.reading import read_report

    session = asked.session
    files = [Path(one) for one in asked.request.many(operations.FILES)]
    with filed(files, asked.path(operations.FOLDER)) as mails:
        for mail in session.output.track(mails, "Lecture des retours", len(mails)):
            try:
                said = read_report(mail.head())
            except OSError as error:
                concerns.append(f"« {mail.source} » ne peut être lu : {cause(error)}.")
                continue
            noted = messaging.postmaster.note(said, session.acting, session.clock())
            yield from ((mail.source, one) for one in noted.settled)


def _mailbox(
    asked: Invocation, messaging: Messaging, concerns: list[str]
) -> Iterator[tuple[str, Settled]]:
    """Yield what is new in the return mailbox and what became of it; tell why some was not read.

    Raises:
        InvalidInput: when there is none.
    """
    collecting = messaging.collecting(asked.session.acting)
    if collecting is None:
        raise InvalidInput(
            "Aucune boîte de retour n’est configurée : décrivez-la dans [mail.returns] de config.toml, ou "
            "donnez --fichier ou --dossier."
        )
    with asked.session.output.waiting("Lecture de la boîte de retour…"):
        found = collecting.once()
        yield from (("", one) for one in found.noted.settled)
        while found.more and not found.failure:
            found = collecting.once()
            yield from (("", one) for one in found.noted.settled)
    concerns += [found.failure] if found.failure else []
