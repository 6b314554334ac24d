"""Who acts, and from which agency: every journal entry names a person.

Called by `cli.wiring.session` and by the commands that open a case or speak of a person. Asks the system for
the account's name only when nothing else says who is there.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workflow.errors import InvalidInput, unknown

if TYPE_CHECKING:
    from cli.config.settings import Settings
    from workflow.case.people import Directory, Person

_UNSAFE = re.compile(r"[^\w.@-]+")
_UNKNOWN_ACCOUNT = "inconnu"


def acting_person(option: str | None, settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the id under which the journal records what is done.

    Raises:
        NotFound: when `--par` names nobody the configuration knows.
    """
    if option is not None:
        if option not in settings.people:
            raise unknown("Personne (--par)", option, settings.people)
        return option
    return settings.user.id or _account(environment)


def agency_of(person: str, option: str | None, settings: Settings) -> str:
    """Return the agency a new case belongs to: the one named, the person's, or the only one.

    Raises:
        NotFound: when the agency named does not exist.
        InvalidInput: when there are several and nothing says which.
    """
    agencies = settings.agencies
    if option is not None:
        if option not in agencies:
            raise unknown("Agence", option, agencies)
        return option
    if person in settings.people:
        return settings.people[person].agency
    if len(agencies) == 1:
        return next(iter(agencies))
    if not agencies:
        raise InvalidInput(
            "Aucune agence n’est configurée : copiez le config.toml fourni, décrivez-y la vôtre, puis "
            "relancez (ou donnez le fichier par --config)."
        )
    raise InvalidInput(
        f"Quelle agence ? Ajoutez --agence ({', '.join(sorted(agencies))}), ou --par avec votre "
        "identifiant."
    )


def member_of_staff(typed: str | None, acting: str, directory: Directory) -> Person:
    """Return the person a command is about: the one named, or the one who acts.

    Raises:
        NotFound: when the configuration does not know the person named.
        InvalidInput: when nobody is named and who acts is nobody the configuration knows.
    """
    if typed is not None:
        return directory.person(typed)
    if acting not in directory.people:
        known = f" ({', '.join(sorted(directory.people))})" if directory.people else ""
        raise InvalidInput(
            f"De qui s’agit-il ? « {acting} » n’est pas une personne de la configuration : donnez un "
            f"identifiant{known}."
        )
    return directory.people[acting]


def _account(environment: Mapping[str, str]) -> str:
    name = environment.get("LOGNAME") or environment.get("USER") or environment.get("USERNAME")
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):
            # A container may run under a number that no account bears.
            name = _UNKNOWN_ACCOUNT
    # It goes into a journal that is shown everywhere: nothing but plain characters.
    return _UNSAFE.sub("_", name)[:64] or _UNKNOWN_ACCOUNT
