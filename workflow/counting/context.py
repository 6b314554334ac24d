"""Which calendars, clock, delays and edition of the rules apply to a case or a simulation.

Used by the service, the machine and the simulation. Reads nothing from outside: the configured delays
and closures are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from workflow.calendar.calendars import Closure, calendar
from workflow.calendar.calendars import territory as find_territory
from workflow.case.case import FactValue
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.errors import InvalidInput, Reason, ReasonCode, one_named
from workflow.rules.procedure import Edition, Procedure
from workflow.text import french


def context_for(
    procedure: Procedure,
    territory: str,
    closures: tuple[Closure, ...],
    settings: Mapping[str, int],
    company: Mapping[str, FactValue] | None = None,
    sessions: Iterable[Sitting] = (),
    zone: ZoneInfo | None = None,
) -> Context:
    """Return the calendars, clock and delays of a territory for a procedure.

    Args:
        procedure: the procedure.
        territory: whose public holidays staff keep.
        closures: days off of the agency.
        settings: delays that the agency chose; those that it left hold as their rule file declares them.
        company: what the configuration says of the company.
        sessions: known sessions of the funder's commission.
        zone: the agency's clock; None for that of the territory.

    Raises:
        NotFound: unknown territory.
    """
    place = find_territory(territory)
    return Context(
        calendar(territory, closures),
        calendar(procedure.funder_territory),
        zone or place.zone,
        {name: target.default for name, target in procedure.targets.items()} | dict(settings),
        company or {},
        tuple(sessions),
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
    if edition is None and procedure.ended:
        raise InvalidInput(
            f"{procedure.name} : aucune règle au {french.short_day(day)}. {procedure.ended}"
        )
    if edition is None:
        raise InvalidInput(
            f"{procedure.name} : aucune règle connue au {french.short_day(day)} ; vérifiez la date."
        )
    return edition


def ruled_by(procedure: Procedure, funder: str | None, sessions: Iterable[date] = ()) -> Procedure:
    """Return a procedure as a funder rules it.

    Raises:
        NotFound: a funder that the procedure does not have.
        InvalidInput: no funder where there are several, or one where there is a single one; sessions
            for a procedure without commission; two sessions on one day.
    """
    days = list(sessions)
    if not procedure.funders:
        if funder is not None or days:
            only = (
                f"La procédure « {procedure.id} » n’a qu’un financeur ({procedure.funder_label}) et "
                "pas de commission"
            )
            raise InvalidInput(Reason(ReasonCode.FUNDER_IN_EXCESS, only))
        return procedure
    if funder is None:
        several = f"La procédure « {procedure.id} » dépend du financeur"
        known = {"funders": ", ".join(procedure.funders)}
        raise InvalidInput(Reason(ReasonCode.FUNDER_ASKED, several, known))
    ruled = one_named(f"Financeur de la procédure « {procedure.id} »", funder, procedure.funders)
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        raise InvalidInput(
            f"Deux commissions le {french.short_day(twice[0])} : gardez-en une, ou corrigez sa date."
        )
    return ruled
