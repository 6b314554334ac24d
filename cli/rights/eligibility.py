"""`dossier eligibilite`: why the person is eligible, noted and read apart from everything else.

The ground is shown by `--confidentiel` alone, and each such reading is recorded first. No message repeats
what was typed here, whether it could be read or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.shared.acting import conclude
from cli.terminal.spelling import option
from workflow.case.case import Outcome
from workflow.errors import Conflict, InvalidInput, Refused, StaleCase
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter

if TYPE_CHECKING:
    from workflow.usecases.noting import TypedEligibility

_NOTED = (
    operations.GROUND,
    operations.ANSWERS,
    operations.PROOF,
    operations.SEEN_ON,
    operations.VALID_UNTIL,
    operations.PROOF_KEPT_AT,
)
_DAYS = (operations.SEEN_ON, operations.VALID_UNTIL)


def eligibility(asked: Invocation) -> None:
    """Note or read why the person of a case is eligible."""
    from cli.asking.questions import at_terminal

    noting = asked.asks(*_NOTED)
    if asked.request.flag(operations.RESTRICTED):
        if noting or asked.changes:
            raise InvalidInput("--confidentiel ne fait que lire : retirez ce qui sert à noter.")
        _show_restricted(asked)
    elif noting:
        _write(asked)
    elif at_terminal() and not asked.as_json:
        _ask(asked)
    elif asked.changes:
        *others, last = map(option, _NOTED)
        raise InvalidInput(f"Rien à noter : ajoutez {', '.join(others)} ou {last}.")
    else:
        _show_public(asked)


def _write(asked: Invocation) -> None:
    """Note what was given."""
    ground = asked.request.given(operations.GROUND)
    if ground is not None and not ground.strip():
        raise InvalidInput("--public : valeur vide ; donnez un public, ou retirez l’option.")
    told = asked.telling(dict(_days(asked)))
    asked.writes()
    try:
        _conclude(told, _prepared(told))
    except StaleCase as stale:
        raise _unrepeated(stale) from None


def _ask(asked: Invocation) -> None:
    """Ask, sum up, and note what was answered once it is confirmed."""
    from cli.asking.questionnaire import questionnaire, summary
    from cli.asking.questions import confirm

    session = asked.session
    asked.writes()
    try:
        case, procedure, context = session.container.cases.load(asked.ref, asked.seen)
        if procedure.eligibility is None:
            raise Refused(f"La procédure « {procedure.id} » ne demande rien sur la personne.")
        typed = questionnaire(
            session, procedure.eligibility, case.eligibility, context.zone, session.present
        )
        told = summary(typed)
        if not told:
            session.output.say("Aucune réponse : rien à enregistrer.")
            return
        outcome = _prepared(
            replace(asked.telling(_answers(typed)), seen=asked.seen or case.version)
        )
        session.output.say("", f"À enregistrer : {', '.join(told)}.")
        if not asked.dry_run and not confirm(session, "Enregistrer"):
            session.output.say("Rien n’a été enregistré.")
            return
        _conclude(asked, outcome)
    except StaleCase as stale:
        raise _unrepeated(stale) from None


def _answers(typed: TypedEligibility) -> dict[Parameter, Answer]:
    """Return what was answered at the terminal as the options that say the same."""
    values = (
        typed.ground,
        typed.answers,
        typed.proof,
        typed.seen_on,
        typed.valid_until,
        typed.kept_at,
    )
    return dict(zip(_NOTED, values, strict=True))


def _prepared(asked: Invocation) -> Outcome:
    return asked.session.prepare(asked.request, asked.seen)


def _conclude(asked: Invocation, prepared: Outcome) -> None:
    outcome = conclude(asked, prepared)
    if asked.as_json:
        return
    from cli.rights import eligibility_view as views
    from workflow.eligibility.evaluate import control

    cases = asked.session.container.cases
    procedure = cases.rulebook.of(outcome.after)
    report = control(procedure, outcome.after, cases.context(outcome.after))
    # A verdict that has just turned bad is told with the outcome.
    if not outcome.new_alerts:
        asked.session.output.show(views.public(views.public_line(procedure, report)))


def _unrepeated(stale: StaleCase) -> Conflict:
    """Return a conflict without the command to type again, which would hold the answers."""
    return Conflict(stale.message)


def _days(asked: Invocation) -> Iterator[tuple[Parameter, str]]:
    """Yield the days that were given, written out; an error does not repeat what they say."""
    from cli.asking.questionnaire import read_unseen_day
    from workflow.calendar.calendars import territory

    session, zone = asked.session, territory("FR").zone
    for parameter in _DAYS:
        typed = asked.request.given(parameter)
        if typed is not None:
            yield parameter, read_unseen_day(option(parameter), typed, zone, session.present)


def _show_restricted(asked: Invocation) -> None:
    from cli.rights import eligibility_view as views

    session = asked.session
    # It is recorded who reads, and when: an invented present would falsify it.
    session.writes()
    view = session.container.inquiries.restricted(asked.ref, by=session.acting)
    if asked.as_json:
        session.output.json(views.restricted_json(view))
        return
    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(*views.restricted(view, looking, session.places.directory))


def _show_public(asked: Invocation) -> None:
    from cli.rights import eligibility_view as views

    session, container = asked.session, asked.session.container
    case, report = container.inquiries.control(asked.ref)
    procedure = container.rulebook.of(case)
    found = views.public_line(procedure, report)
    if asked.as_json:
        session.output.json(views.public_json(case, found, procedure))
        return
    from display.case.case import heading

    session.output.show(heading(case, procedure), views.public(found))
    session.output.say(
        "Pour noter l’éligibilité : lancez cette commande dans un terminal, elle pose les questions ; "
        "ou donnez --public, --reponse, --preuve, --vue-le, --valable-jusqu-au, --conservee-a. Pour "
        "relire la partie restreinte : --confidentiel ; la lecture est notée au journal."
    )
