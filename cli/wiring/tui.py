"""The terminal interface, opened on what the configuration says.

Called by `cli.main` when nothing else is asked, and by the `tui` command. Loads no more than the first
screen needs, hence nothing that parses options.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.driver import Driver

    from cli.config.configuration import Configuration
    from cli.config.settings import Mail
    from cli.wiring.session import Session
    from notifications.mail.mime import Mailbox
    from tui.frame.office import Office


_PLAIN = ("", "dumb", "unknown")
"""Kinds of terminal that only write line after line."""


_DEAF = frozenset({"linux", "ansi", "cons25", "vt100", "vt102", "vt220"})
"""Kinds of terminal without a clipboard."""


def run(session: Session, *, read_only: bool = False, theme: str | None = None) -> int:
    """Open the terminal interface, stay in it until it is left, and return the exit code.

    Raises:
        InvalidInput: no terminal.
        NotFound: no such theme, nor such a person.
        InvalidDefinition: a key that the configuration gives to nothing.
        OutOfReach: a database that is absent or does not answer.
    """
    from concurrent.futures import ThreadPoolExecutor

    from cli.terminal import logs
    from tui.lists.sections import PAGE
    from workflow.errors import InvalidInput

    if not at_screen():
        raise InvalidInput(
            "L’interface demande un terminal : lancez-la sans redirection, ou utilisez les commandes "
            "(echeancier --help)."
        )
    _refuse_plain(session.environment)
    logs.silence()
    office = office_of(session, read_only=read_only, theme=theme)
    # The list is read while what draws it is loaded.
    with ThreadPoolExecutor(max_workers=1) as reader:
        first_page = reader.submit(office.services.first_page(office.day, PAGE))
        check_look(office, session.configuration)
        from cli.wiring.leaving import leaving
        from tui.app import EcheancierApp

        driver = _driver()
    if first_page.result() is None:
        # A database that cannot be used at all is told before the screen is taken.
        _ = session.container.database.ready
    app = EcheancierApp(office, first_page.result(), driver)
    with leaving(app):
        app.run()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


def _refuse_plain(environment: Mapping[str, str]) -> None:
    """Refuse a terminal that says that it places nothing on a screen; Windows has no such word."""
    from workflow.errors import InvalidInput

    kind = environment.get("TERM", "")
    if sys.platform != "win32" and kind in _PLAIN:
        raise InvalidInput(
            f"Ce terminal (TERM={kind or 'non défini'}) ne sait pas afficher l’interface : utilisez "
            "les commandes (« echeancier --help »), par exemple « echeancier echeances », ou dites "
            "quel terminal c’est (TERM=xterm)."
        )


def _driver() -> type[Driver] | None:
    if sys.platform == "win32":
        # Consoles there have a driver of their own.
        return None
    from tui.driver import TerminalDriver

    return TerminalDriver


def at_screen() -> bool:
    """Tell whether there is a keyboard to read and a screen to draw on."""
    # Textual draws on stderr, so that a program started from it keeps stdout.
    streams = (sys.stdin, sys.stdout, sys.__stderr__)
    return all(stream is not None and stream.isatty() for stream in streams)


def office_of(session: Session, *, read_only: bool = False, theme: str | None = None) -> Office:
    """Return what the screens work with; nothing is connected yet."""
    from platformdirs import user_data_path

    from tui.frame.office import Office

    settings, places = session.configuration.settings, session.places
    session.container.database.share_memory()
    person = settings.people.get(session.acting)
    return Office(
        services=session.container,
        directory=places.directory,
        clock=session.clock,
        planner=places.planner_for,
        acting=session.acting,
        agency=person.agency if person else next(iter(settings.agencies), None),
        sender=partial(_sender, settings.mail),
        typed=session.command_for,
        folder=user_data_path("echeancier", appauthor=False) / "interface",
        wrote=session.wrote,
        hinted=session.doing.hinted,
        printed=session.printed,
        copies=_copies(session.environment),
        heir=session.by is None,
        # An invented present is there to look: nothing may be dated by it.
        read_only=read_only or settings.tui.read_only or session.at is not None,
        keys=settings.tui.keys,
        theme=theme or settings.tui.theme,
    )


def _copies(environment: Mapping[str, str]) -> bool:
    """Tell whether a terminal may take what is copied (OSC 52): most never say, these never do."""
    return (
        environment.get("TERM", "") not in _DEAF
        and environment.get("TERM_PROGRAM") != "Apple_Terminal"
    )


def _sender(mail: Mail) -> Mailbox:
    # What reads and writes mails is not needed to show the first screen.
    from cli.wiring import mailing

    return mailing.sender(mail)


def check_look(office: Office, configuration: Configuration) -> None:
    """Refuse a theme that does not exist, and keys that the configuration gives to nothing or twice.

    Raises:
        NotFound: no such theme.
        InvalidDefinition: with every key that is wrong.
    """
    from tui.drawing.themes import LABELS
    from workflow.errors import unknown

    if office.theme not in LABELS:
        raise unknown("Thème", office.theme, LABELS)
    if configuration.path is not None:
        _check_keys(office.keys, configuration.path.name)


def _check_keys(changed: Mapping[str, str], file: str) -> None:
    from tui.frame.keys import KEYS, clashes, spoken
    from workflow.errors import InvalidDefinition, Problem, nearest

    known = {id_: keys for id_, keys in changed.items() if id_ in KEYS}
    problems = [
        Problem(file, f"tui.keys.{id_}", f"aucune touche ne porte ce nom{nearest(id_, KEYS)}")
        for id_ in changed
        if id_ not in known
    ]
    problems += [
        Problem(
            file,
            f"tui.keys.{id_}",
            f"la touche « {spoken(key)} » sert déjà à « {KEYS[other].label} » sur le même écran ; "
            f"prenez-en une autre, ou changez aussi {other}",
        )
        for id_, key, other in clashes(known)
    ]
    if problems:
        listed = " ; ".join(map(str, problems))
        raise InvalidDefinition(
            f"Configuration refusée : {listed}. Corrigez, puis relancez.", problems
        )
