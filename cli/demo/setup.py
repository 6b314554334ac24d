"""`init` and `demo`: a database ready to use, empty or with the sample agency."""

from __future__ import annotations

from pathlib import Path

from cli.asking.invocation import Invocation
from cli.config.credentials import DATABASE_URL, Credentials
from cli.config.database_address import database_url
from cli.terminal import logs
from cli.wiring.session import Session
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french

_FOLDER = Path("demo")
_WOULD = {
    "absent": "la base n’existe pas et serait créée",
    "older": "la base est d’une version précédente et serait mise à jour",
    "current": "la base est à jour",
    "newer": "la base est d’une version plus récente que le programme et serait refusée",
}


def init(asked: Invocation) -> None:
    """Create or migrate the database."""
    session = asked.session
    asked.writes()
    session.container.database.refuse_absent_folder()
    if asked.dry_run:
        state = session.container.database.state()
        session.output.say(f"Essai : {_WOULD[state]}, rien n’a été fait.")
        return
    _upgrade(session)
    if asked.request.flag(operations.SAMPLES):
        _enter(session)
    diagnose = session.command_for(Request(operations.DIAGNOSE))
    opening = session.command_for(Request(operations.OPEN))
    session.output.suggest("Ensuite :", diagnose, f"{opening} --help")


def demo(asked: Invocation) -> None:
    """Run the demonstration."""
    from cli.demo.cast import CONFIG

    session, folder = asked.session, asked.path(operations.FOLDER) or _FOLDER
    asked.writes()
    if session.config or session.base:
        raise InvalidInput(
            "La démonstration a sa propre configuration : retirez --config et --base."
        )
    config = folder / "config.toml"
    folder.mkdir(parents=True, exist_ok=True)
    if not config.exists():
        config.write_text(CONFIG, encoding="utf-8")
    _settle(session, config)
    _upgrade(session)
    _enter(session)
    _run_service(session)
    _show_digest(session)
    _tell_what_next(session)


def _settle(session: Session, config: Path) -> None:
    """Have a command work with a configuration and nothing of what the shell names."""
    named = {DATABASE_URL, f"{DATABASE_URL}_FILE"} & session.environment.keys()
    session.config, session.environment = config, {}
    if named:
        # The commands proposed will be typed in the same shell.
        session.base = database_url(None, Credentials(), session.configuration)


def _upgrade(session: Session) -> None:
    with session.output.waiting("Préparation de la base…"):
        before, after, judged = session.container.database.upgrade()
    place = session.container.database.place
    if before == after:
        session.output.say(f"Base à jour : {place}")
    else:
        session.wrote("la base")
        session.output.say(f"Base {'mise à jour' if before else 'créée'} : {place}")
        _note_published(session)
    if judged:
        changed = french.count(judged, "échéance a changé", "échéances ont changé")
        session.output.say(
            f"Échéances jugées de nouveau sur ce qui les prouve : {changed} ; celles qui attendent leur "
            "preuve sont « non vérifiées », la synthèse et chaque dossier disent ce qui manque."
        )


def _note_published(session: Session) -> None:
    """Note in the calendar of a funder the sessions that its sheet gives, once and for all."""
    changes = session.container.changes()
    for rules, entries in changes.published():
        changes.apply(changes.add(rules.id, rules.funder or "", entries, by=session.acting))
        count = french.count(len(entries), "commission notée", "commissions notées")
        session.output.say(f"{rules.funder_label} : {count}, d’après sa fiche.")


def _enter(session: Session) -> None:
    from cli.demo.builder import enter, moments
    from cli.demo.other_cast import EVERY

    _note_sittings(session)
    entered = enter(session.container.cases, moments(session.clock()).entered, EVERY)
    new = list(session.output.track(entered, "Saisie des dossiers d’exemple", len(EVERY)))
    if new:
        session.wrote("les dossiers d’exemple")
        count = french.count(len(new), "dossier d’exemple saisi", "dossiers d’exemple saisis")
        schemes = french.listing(dict.fromkeys(ref.partition("-")[0] for ref in new))
        session.output.say(f"{count} : {schemes}.")
    else:
        session.output.say(f"Les {len(EVERY)} dossiers d’exemple y sont déjà, tels que laissés.")


def _note_sittings(session: Session) -> None:
    """Note the sessions of the demonstration where no calendar is kept."""
    from cli.demo.other_cast import SITTINGS

    changes = session.container.changes()
    for (procedure, funder), days in SITTINGS.items():
        if not session.container.cases.store.sessions(procedure, funder):
            entries = [(Sitting(day), "") for day in days]
            changes.apply(changes.add(procedure, funder, entries, by=session.acting))


def _run_service(session: Session) -> None:
    from cli.demo.builder import moments
    from cli.service import beat_view

    logs.silence()
    with session.output.waiting("Le service fait ce qui est dû…"):
        past = session.container.at(moments(session.clock()).morning)
        morning = past.messaging.service.beat()
        past.close()
        present = session.container.messaging.service.beat()
    for report in (morning, present):
        for reason in beat_view.concerns(report):
            session.output.warn(reason)
    sent = sum(report.relay.sent for report in (morning, present) if report.relay)
    gone = french.count(sent, "message parti", "messages partis")
    session.output.say(f"Service lancé une fois : {gone}.")


def _show_digest(session: Session) -> None:
    from cli.service.digest_view import shown

    directory = session.places.directory
    person = session.configuration.settings.user.id or next(iter(directory.people))
    recipient = directory.recipient(person, directory.person(person).agency)
    for digest in session.container.messaging.digests([recipient]):
        session.output.show(*shown(digest))


def _tell_what_next(session: Session) -> None:
    folder = session.container.messaging.folder
    count = len(list(folder.glob("*.eml"))) if folder.is_dir() else 0
    files = french.count(count, "fichier .eml", "fichiers .eml")
    session.output.say(f"Courriels : {files} dans « {folder} », à ouvrir d’un clic.")
    tries = (
        Request(operations.DEADLINES),
        Request(operations.SHOW, ("CIPI-DEMO-18",)),
        Request(operations.ADVANCE, ("CIPI-DEMO-13", "accorder_drf"), {operations.DRY_RUN: True}),
        Request(operations.LIST),
        Request(operations.SERVICE),
    )
    session.suggest("À essayer :", *tries)
