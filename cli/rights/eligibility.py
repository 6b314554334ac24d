"""`dossier eligibilite`: why the person is eligible, noted and read apart from everything else.

The ground is shown by `--confidentiel` alone, and each such reading is recorded first. No message repeats
what was typed here, whether it could be read or not.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.asking import completion
from cli.asking.help import FrenchCommand
from cli.asking.options import Comment, DryRun, Json, Ref, SeenVersion, read_count, session_of
from cli.shared.acting import conclude
from cli.wiring.session import Session
from workflow.case.case import Outcome
from workflow.errors import Conflict, InvalidInput, Refused, StaleCase
from workflow.usecases.noting import TypedEligibility

_USAGE_ERRORS = frozenset({"UsageError", "InvalidInput"})
_Ground = Annotated[
    str | None,
    typer.Option(
        "--public",
        metavar="ID",
        help="Public de la personne ; reste dans l’historique du terminal.",
        autocompletion=completion.grounds,
    ),
]
_Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--reponse",
        metavar="NOM=VALEUR",
        help="Réponse à une question de ce public.",
        autocompletion=completion.answers,
    ),
]
_Proof = Annotated[
    str | None,
    typer.Option("--preuve", metavar="ID", help="Preuve vue.", autocompletion=completion.proofs),
]
_Seen = Annotated[
    str | None, typer.Option("--vue-le", metavar="DATE", help="Jour où la preuve a été vue.")
]
_Until = Annotated[
    str | None,
    typer.Option("--valable-jusqu-au", metavar="DATE", help="Dernier jour où la preuve vaut."),
]
_Kept = Annotated[
    str | None,
    typer.Option("--conservee-a", metavar="TEXTE", help="Où la preuve est conservée."),
]
_Restricted = Annotated[
    bool,
    typer.Option("--confidentiel", help="Montre la partie restreinte ; la lecture est notée."),
]


class Discreet(FrenchCommand):
    """A command whose refusal of a badly typed line does not repeat the line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, or say only that it cannot be read."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if not any(kind.__name__ in _USAGE_ERRORS for kind in type(error).__mro__):
                raise
            raise InvalidInput(
                "Éligibilité : la ligne ne se lit pas (référence absente, option inconnue ou sans "
                f"valeur, mot en trop). Aide : « {ctx.command_path} --help »."
            ) from None


COMMAND = Discreet
"""What `cli.app` makes the command of this module."""


def eligibility(
    ctx: typer.Context,
    ref: Ref,
    ground: _Ground = None,
    answers: _Answers = None,
    proof: _Proof = None,
    seen_on: _Seen = None,
    valid_until: _Until = None,
    kept_at: _Kept = None,
    restricted: _Restricted = False,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note or read why the person of a case is eligible."""
    from cli.asking.questions import at_terminal

    session, seen = session_of(ctx), read_count("--version-vue", version, least=1)
    typed = _typed(session, ground, answers, proof, seen_on, valid_until, kept_at)
    noting = typed != TypedEligibility()
    writing = _Noting(session, ref, comment, dry_run=dry_run, as_json=as_json)
    if restricted:
        if noting or comment or seen or dry_run:
            raise InvalidInput("--confidentiel ne fait que lire : retirez ce qui sert à noter.")
        _show_restricted(session, ref, as_json=as_json)
    elif noting:
        writing.write(typed, seen)
    elif at_terminal() and not as_json:
        writing.ask(seen)
    elif comment or seen or dry_run:
        raise InvalidInput(
            "Rien à noter : ajoutez --public, --reponse, --preuve, --vue-le, --valable-jusqu-au ou "
            "--conservee-a."
        )
    else:
        _show_public(session, ref, as_json=as_json)


class _Noting:
    """What is common to noting from options and from the questionnaire."""

    def __init__(
        self, session: Session, ref: str, comment: str, *, dry_run: bool, as_json: bool
    ) -> None:
        self._session = session
        self._ref = ref
        self._comment = comment
        self._dry_run = dry_run
        self._as_json = as_json

    def write(self, typed: TypedEligibility, seen: int | None) -> None:
        """Note what was given."""
        self._session.writes(dry_run=self._dry_run)
        try:
            self._conclude(self._prepared(typed, seen))
        except StaleCase as stale:
            raise _unrepeated(stale) from None

    def ask(self, seen: int | None) -> None:
        """Ask, sum up, and note what was answered once it is confirmed."""
        from cli.asking.questionnaire import questionnaire, summary
        from cli.asking.questions import confirm

        session = self._session
        session.writes(dry_run=self._dry_run)
        try:
            case, procedure, context = session.container.cases.load(self._ref, seen)
            if procedure.eligibility is None:
                raise Refused(f"La procédure « {procedure.id} » ne demande rien sur la personne.")
            typed = questionnaire(
                session, procedure.eligibility, case.eligibility, context.zone, session.present
            )
            told = summary(typed)
            if not told:
                session.output.say("Aucune réponse : rien à enregistrer.")
                return
            outcome = self._prepared(typed, seen or case.version)
            session.output.say("", f"À enregistrer : {', '.join(told)}.")
            if not self._dry_run and not confirm(session, "Enregistrer"):
                session.output.say("Rien n’a été enregistré.")
                return
            self._conclude(outcome)
        except StaleCase as stale:
            raise _unrepeated(stale) from None

    def _prepared(self, typed: TypedEligibility, seen: int | None) -> Outcome:
        session = self._session
        return session.container.recording.eligibility(
            self._ref, typed, by=session.acting, comment=self._comment, version=seen
        )

    def _conclude(self, outcome: Outcome) -> None:
        conclude(self._session, outcome, dry_run=self._dry_run, as_json=self._as_json)
        if not self._as_json:
            from cli.rights import eligibility_view as views
            from workflow.eligibility.evaluate import control

            cases = self._session.container.cases
            procedure = cases.rulebook.of(outcome.after)
            report = control(procedure, outcome.after, cases.context(outcome.after))
            found = views.public_line(procedure, report)
            was = outcome.before.alerts if outcome.before else ()
            # A verdict that has just turned bad is told with the outcome.
            if not set(outcome.after.alerts) - set(was):
                self._session.output.show(views.public(found))


def _unrepeated(stale: StaleCase) -> Conflict:
    """Return a conflict without the command to type again, which would hold the answers."""
    return Conflict(stale.message)


def _typed(
    session: Session,
    ground: str | None,
    answers: list[str] | None,
    proof: str | None,
    seen_on: str | None,
    valid_until: str | None,
    kept_at: str | None,
) -> TypedEligibility:
    if ground is not None and not ground.strip():
        raise InvalidInput("--public : valeur vide ; donnez un public, ou retirez l’option.")
    return TypedEligibility(
        ground,
        _answers(answers),
        proof,
        _day(session, "--vue-le", seen_on),
        _day(session, "--valable-jusqu-au", valid_until),
        kept_at,
    )


def _answers(typed: list[str] | None) -> dict[str, str] | None:
    """Read `NOM=VALEUR` answers; an error names their rank, not what they say."""
    found: dict[str, str] = {}
    for number, word in enumerate(typed or (), 1):
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise InvalidInput(f"--reponse : la réponse {number} ne s’écrit pas NOM=VALEUR.")
        if name.strip() in found:
            raise InvalidInput(
                f"--reponse : la réponse {number} reprend une question ; gardez-en une seule."
            )
        found[name.strip()] = value
    return found or None


def _day(session: Session, option: str, typed: str | None) -> str | None:
    from cli.asking.questionnaire import read_unseen_day
    from workflow.calendar.calendars import territory

    if typed is None:
        return None
    return read_unseen_day(option, typed, territory("FR").zone, session.present)


def _show_restricted(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.rights import eligibility_view as views

    # It is recorded who reads, and when: an invented present would falsify it.
    session.writes()
    view = session.container.inquiries.restricted(ref, by=session.acting)
    if as_json:
        session.output.json(views.restricted_json(view))
        return
    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(*views.restricted(view, looking, session.places.directory))


def _show_public(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.rights import eligibility_view as views

    container = session.container
    case, report = container.inquiries.control(ref)
    procedure = container.rulebook.of(case)
    found = views.public_line(procedure, report)
    if as_json:
        session.output.json(views.public_json(case, found, procedure))
        return
    from cli.shared.heading import heading

    session.output.show(heading(case, procedure), views.public(found))
    session.output.say(
        "Pour noter l’éligibilité : lancez cette commande dans un terminal, elle pose les questions ; "
        "ou donnez --public, --reponse, --preuve, --vue-le, --valable-jusqu-au, --conservee-a. Pour "
        "relire la partie restreinte : --confidentiel ; la lecture est notée au journal."
    )
