"""Which calendars, clock, delays and edition of the rules apply to a case or a simulation.

Used by the service, the machine and the simulation. Reads nothing from outside: the configured delays
and closures are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workflow import french
from workflow.calendars import Closure, calendar
from workflow.calendars import territory as find_territory
from workflow.case import FactValue
from workflow.errors import InvalidDefinition, InvalidInput, Problem
from workflow.limits import Context
from workflow.procedure import Edition, Procedure


def context_for(
    procedure: Procedure,
    territory: str,
    closures: tuple[Closure, ...],
    settings: Mapping[str, int],
    company: Mapping[str, FactValue] | None = None,
) -> Context:
    """Return the calendars, clock and delays of a territory for a procedure.

    Args:
        procedure: the procedure.
        territory: whose public holidays staff keep.
        closures: days off of the agency.
        settings: configured delays.
        company: what the configuration says of the company.

    Raises:
        NotFound: unknown territory.
        InvalidDefinition: a delay that the rules read and the configuration does not give.
    """
    missing = sorted(procedure.settings - settings.keys())
    if missing:
        raise InvalidDefinition(
            f"Configuration incomplète : la section [targets] ne donne pas {french.listing(missing)}.",
            [
                Problem("config.toml", f"targets.{name}", "délai absent ; ajoutez-le.")
                for name in missing
            ],
        )
    place = find_territory(territory)
    return Context(
        calendar(territory, closures),
        calendar(procedure.funder_territory),
        place.zone,
        settings,
        company or {},
    )


def edition_for(procedure: Procedure, facts: Mapping[str, FactValue], context: Context) -> Edition:
    """Return the edition in force on the reference date, or the latest one while it is unknown.

    Raises:
        InvalidInput: when no edition covers the date.
    """
    reference = facts.get(procedure.reference_fact)
    if not isinstance(reference, date):
        return max(procedure.editions, key=lambda edition: edition.valid_from or date.min)
    day = context.day(reference)
    edition = procedure.edition_on(day)
    if edition is None:
        raise InvalidInput(
            f"{procedure.name} : aucune règle connue au {french.short_day(day)} ; vérifiez la date."
        )
    return edition


def refuse_other_funder(
    procedure: Procedure, funder: str | None, commissions: Iterable[date] = ()
) -> None:
    """Refuse a funder or sessions for a procedure that has one funder and no commission.

    Raises:
        InvalidInput: when one is given.
    """
    if funder is not None or tuple(commissions):
        raise InvalidInput(
            f"La procédure « {procedure.id} » n’a qu’un financeur ({procedure.funder_label}) et pas "
            "de commission ; retirez « --financeur » et « --commission »."
        )
