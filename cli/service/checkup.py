"""What `diagnostic` looks at, one finding each; one that fails does not stop the others.

Called by `cli.service.diagnostic` and `cli.service.surveillance`. Reads and connects; writes nothing and
sends nothing. Every finding, hence its length.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from cli.terminal.exits import ExitCode
from cli.terminal.failures import code_of
from cli.wiring.session import Session
from notifications.model.health import CLOCK_TOLERANCE, is_stuck, living, past_beats, silent
from notifications.model.messages import MessageQuery, MessageState
from notifications.model.ports import Heartbeat
from notifications.model.sending import TAKING_BACK, held_words
from workflow.errors import EcheancierError, InvalidDefinition
from workflow.papers.folder import KeptState
from workflow.ports.stores import HeldFile
from workflow.text import french

_NAMED = 3
"""Rows that cannot be read and that are named; the others are counted."""
_LOOKED_AT = 1_000
"""Rows that are due and that are looked at every minute."""
_SOON_READ = 64 * 1024 * 1024
"""Bytes below which a base can be looked through every minute; a larger one is once a day, by the service."""
_ROOM = 100 * 1024 * 1024
"""Bytes below which a disk is called full: a base and its journal need room to grow."""


class Level(StrEnum):
    """How a thing checked is found."""

    OK = "ok"
    NOTE = "attention"
    BROKEN = "erreur"


class CheckupFinding(Struct, frozen=True):
    """One thing that was checked."""

    name: str
    level: Level
    words: str
    code: ExitCode = ExitCode.DONE

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {"name": self.name, "level": self.level, "message": self.words}


def findings(session: Session) -> Iterator[CheckupFinding]:
    """Yield what is found, one thing after the other."""
    configured = _guarded("Configuration", _configuration, session)
    yield configured
    yield _guarded("Règles", _rules, session)
    if configured.level is Level.BROKEN:
        # Without it nothing says which database or server to look for.
        return
    base = _guarded("Base", _whole_base, session)
    yield base
    yield _guarded("Courriel", _mail, session)
    if session.configuration.settings.mail.returns is not None:
        read = base.level is not Level.BROKEN
        yield _guarded("Retours", partial(_mailbox, read=read), session)
    if base.level is not Level.BROKEN:
        yield from _running(session, named=True)
        if held := [*session.container.cases.store.held_files()]:
            yield _guarded("Pièces", partial(_papers, held), session)


def vital(session: Session) -> Iterator[CheckupFinding]:
    """Yield what the service lives by: no server is called, so that it can be asked every minute."""
    base = _guarded("Base", _base_at_work, session)
    yield base
    if base.level is not Level.BROKEN:
        yield from _running(session, named=False)


def _running(session: Session, *, named: bool) -> Iterator[CheckupFinding]:
    yield _guarded("Horloge", _clock, session)
    try:
        yield from [CheckupFinding("Service", *told) for told in _services(session)]
    except EcheancierError as error:
        yield CheckupFinding("Service", Level.BROKEN, error.message, code_of(error))
    yield _guarded("Envois", partial(_outbox, named=named), session)
    if not named and session.configuration.settings.mail.returns is not None:
        yield _guarded("Retours", _read_mailbox, session)


def _guarded(
    name: str, look: Callable[[Session], tuple[Level, str]], session: Session
) -> CheckupFinding:
    try:
        return CheckupFinding(name, *look(session))
    except InvalidDefinition as error:
        words = " ".join([error.message, *(str(problem) for problem in error.problems)])
        return CheckupFinding(name, Level.BROKEN, words, ExitCode.INVALID_DEFINITION)
    except EcheancierError as error:
        return CheckupFinding(name, Level.BROKEN, error.message, code_of(error))


def _configuration(session: Session) -> tuple[Level, str]:
    configuration = session.configuration
    settings = configuration.settings
    if configuration.path is None:
        return Level.NOTE, "aucun config.toml trouvé ; les réglages par défaut, sans agence"
    agencies = french.count(len(settings.agencies), "agence", "agences")
    people = french.count(len(settings.people), "personne", "personnes")
    level = Level.OK if settings.agencies else Level.NOTE
    words = f"{configuration.path} ; {agencies}, {people} ; vous êtes « {session.acting} »"
    if settings.targets:
        words += " ; délais de [targets] déclarés par les règles : « echeancier regles voir »"
    return level, words


def _rules(_session: Session) -> tuple[Level, str]:
    from workflow.rulefiles.rulebook import load_rulebook

    procedures = load_rulebook().procedures
    examples = sum(len(procedure.examples) for procedure in procedures.values())
    count = french.count(len(procedures), "procédure", "procédures")
    return (
        Level.OK,
        f"{count} ({', '.join(procedures)}), {french.count(examples, 'exemple', 'exemples')}",
    )


def _database(session: Session) -> tuple[Level, str]:
    database = session.container.database
    read_only = database.is_read_only()
    found = _with_room(f"{database.place} ; schéma à jour", database.file)
    return _with(found, "en lecture seule, rien ne peut y être enregistré" if read_only else "")


def _whole_base(session: Session) -> tuple[Level, str]:
    """Look through all that is awaited: a row that makes no sense is put aside wherever it is read."""
    session.container.database.verify()
    found = _database(session)
    odd = session.container.notifications.look_through()
    more = len(odd) - _NAMED
    rest = [f"et {french.count(more, 'autre ligne', 'autres lignes')}"] if more > 0 else []
    return _with(found, " ; ".join([*(one.rstrip(".") for one in odd[:_NAMED]), *rest]))


def _base_at_work(session: Session) -> tuple[Level, str]:
    """Look at what is due alone, and name nothing: asked every minute, read by anybody."""
    file = session.container.database.file
    if file is not None and file.exists() and file.stat().st_size < _SOON_READ:
        session.container.database.verify()
    found, store = _database(session), session.container.notifications
    store.due(session.clock(), _LOOKED_AT)
    store.habits()
    store.absences()
    store.messages(MessageQuery(MessageState.WAITING, limit=_LOOKED_AT))
    odd = len(store.unreadable())
    rows = french.count(odd, "ligne illisible", "lignes illisibles")
    return _with(found, f"{rows} : « echeancier diagnostic » dit où" if odd else "")


def _with(found: tuple[Level, str], more: str) -> tuple[Level, str]:
    """Return what was found, and something to look at besides."""
    return (Level.NOTE, f"{found[1]} ; {more}") if more else found


def _papers(held: Sequence[HeldFile], session: Session) -> tuple[Level, str]:
    """Look at every file that a paper has, byte by byte, and for those that no paper has any more."""
    folder = session.container.papers
    found: dict[KeptState, list[str]] = {state: [] for state in KeptState}
    for one in held:
        found[folder.state(one.file)].append(f"{one.ref} {one.paper}")
    digests = {one.file.digest for one in held}
    # The beginning of a digest is enough to find a file by.
    strays = [f"{name[:12]}…" for name in folder.strays(digests)]
    odd = (
        (found[KeptState.MISSING], "manque", "remettez la sauvegarde de ce dossier"),
        (found[KeptState.CHANGED], "changé depuis", "remettez-le de la sauvegarde"),
        (strays, "sans pièce", "supprimez-le à la main s’il ne sert plus"),
    )
    told = [
        f"{what} : {french.first(names, _NAMED, ', ')} ({cure})"
        for names, what, cure in odd
        if names
    ]
    chosen = session.configuration.settings.papers.directory
    if session.container.database.file is None and chosen is None:
        told.append("chaque poste a le sien : donnez le même à tous, [papers] directory")
    kept = french.count(len(digests), "fichier", "fichiers")
    return _with((Level.OK, f"{folder.directory} ; {kept}"), " ; ".join(told))


def _mail(session: Session) -> tuple[Level, str]:
    messaging = session.container.messaging
    words = messaging.check()
    in_files = session.configuration.settings.mail.transport == "fichier"
    found = _with_room(words, messaging.folder if in_files else None)
    return _with(found, messaging.skew)


def _mailbox(session: Session, *, read: bool) -> tuple[Level, str]:
    """Open the return mailbox; where the base is read, say how the service fares with it."""
    words = session.container.messaging.check_mailbox()
    if not read:
        return Level.OK, words
    level, told = _read_mailbox(session)
    return level, f"{words} ; {told}"


def _read_mailbox(session: Session) -> tuple[Level, str]:
    """Return what the last looks of the service into the return mailbox have come to."""
    state = session.container.notifications.mailbox()
    if state is None:
        return Level.OK, "pas encore lue"
    if state.is_unread(session.clock()) and state.failing_since is not None:
        return (
            Level.NOTE,
            (
                f"non lue depuis le {_local(session, state.failing_since)} : {state.failure.rstrip('.')}"
            ),
        )
    return Level.OK, f"lue le {_local(session, state.tried_at)}"


def _with_room(words: str, path: Path | None) -> tuple[Level, str]:
    """Return the words, and a warning when the disk that holds a path is nearly full."""
    if path is None:
        return Level.OK, words
    existing = next(place for place in (path, *path.absolute().parents) if place.exists())
    free = shutil.disk_usage(existing).free
    if free >= _ROOM:
        return Level.OK, words
    return Level.NOTE, f"{words} ; disque presque plein, il reste {free // 1024**2} Mo : libérez-en"


def _clock(session: Session) -> tuple[Level, str]:
    now, store = session.clock(), session.container.notifications
    words = f"il est {_local(session, now)}"
    ahead = [beat.at for beat in store.beats() if beat.at > now + CLOCK_TOLERANCE]
    left = store.left_ahead(now + CLOCK_TOLERANCE)
    if not ahead and not left:
        return Level.OK, words
    if ahead:
        words += f", or le service a battu plus tard, le {_local(session, max(ahead))}"
    if left:
        words += (
            f", or {french.count(left, 'courriel est parti', 'courriels sont partis')} plus tard"
        )
    advice = f"si cette heure est juste, l’horloge était en avance, voyez « {TAKING_BACK} --essai »"
    return Level.NOTE, f"{words} : {advice} ; sinon, remettez-la à l’heure"


def _services(session: Session) -> Iterator[tuple[Level, str]]:
    """Yield each service that lives, then each machine where none does any more."""
    now = session.clock()
    beats = past_beats(session.container.notifications, now)
    if not beats:
        start = "lancez « echeancier service »"
        never = not session.container.notifications.beats()
        said = "n’a encore jamais tourné" if never else "aucun n’a battu avant l’heure de ce poste"
        yield Level.NOTE, f"{said} ; {start}"
        return
    alive = living(beats, now)
    for beat in alive:
        yield Level.OK, _heard(session, beat)
    # One that was restarted has another number: it is its machine that must have one.
    known = {host_of(beat) for beat in alive}
    for beat in beats:
        if host_of(beat) not in known:
            known.add(host_of(beat))
            start = "il semble arrêté, lancez « echeancier service »"
            yield Level.NOTE, f"{_heard(session, beat)} ; {start}"


def host_of(beat: Heartbeat) -> str:
    """Return the machine of a service."""
    return beat.service.partition(":")[0]


def _heard(session: Session, beat: Heartbeat) -> str:
    age = _lasted(session.clock() - beat.at)
    return f"dernier battement le {_local(session, beat.at)}, il y a {age} ({beat.service})"


def _lasted(age: timedelta) -> str:
    seconds = max(int(age.total_seconds()), 0)
    for size, one, many in (
        (86_400, "jour", "jours"),
        (3600, "heure", "heures"),
        (60, "min", "min"),
    ):
        if seconds >= size:
            return french.count(seconds // size, one, many)
    return french.count(seconds, "s", "s")


def _outbox(session: Session, *, named: bool = False) -> tuple[Level, str]:
    store = session.container.notifications
    last = store.sending()
    if last is not None and last.holds:
        return Level.NOTE, held_words(last, session.places.zone(None)).rstrip(".")
    counts = store.counts()
    sent = french.count(counts.sent, "parti", "partis")
    words = f"{sent}, {counts.waiting} en attente, {counts.failed} en échec"
    oldest = counts.oldest_waiting
    stuck = is_stuck(counts, session.clock())
    if oldest is not None and stuck:
        words += f" ; le plus ancien attend depuis le {_local(session, oldest)}"
    if counts.undelivered:
        words += (
            f", {french.count(counts.undelivered, 'non remis', 'non remis')} : « echeancier courriels "
            "lister --etat non_remis »"
        )
    if counts.failed:
        words += " ; voyez et reprenez ces échecs : « echeancier courriels lister --etat echec »"
    level = Level.NOTE if stuck or counts.failed or counts.undelivered else Level.OK
    found = _with((level, words), _silent(session, named=named))
    return _with(found, _put_aside(session, named=named))


def _silent(session: Session, *, named: bool) -> str:
    """Return which addresses are written to no more; only how many to whom everybody may read."""
    recipients = session.places.directory.recipients()
    aside = silent(session.container.notifications, [one.email for one in recipients])
    if not aside:
        return ""
    count = french.count(len(aside), "adresse mise de côté", "adresses mises de côté")
    if not named:
        return f"{count} : « echeancier diagnostic » dit laquelle"
    told = f"{count}, des courriels en sont revenus ({', '.join(aside)})"
    return f"{told} : corrigez la configuration ou, vérifiée, « echeancier courriels retablir ADRESSE »"


def _put_aside(session: Session, *, named: bool) -> str:
    """Return which reminders cannot be told, and why; only how many to whom everybody may read."""
    aside = session.container.messaging.put_aside(_LOOKED_AT)
    if not aside:
        return ""
    count = french.count(len(aside), "rappel mis de côté", "rappels mis de côté")
    if not named:
        return f"{count} : « echeancier diagnostic » dit pourquoi"
    told = [f"{one.ref}, {one.rule} : {one.reason.rstrip('.')}" for one in aside[:_NAMED]]
    more = ["…"] if len(aside) > _NAMED else []
    return f"{count}, un nouvel essai a lieu chaque heure ({' ; '.join(told + more)})"


def _local(session: Session, instant: datetime) -> str:
    return french.moment(instant.astimezone(session.places.zone(None)))
