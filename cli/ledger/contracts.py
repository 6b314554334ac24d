"""`dossier contrats` and `dossier anciennete`: a person's history, and what it is worth on a date."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import Comment, DryRun, Json, Ref, SeenVersion, read_count, session_of
from cli.shared.acting import conclude
from cli.wiring.session import Session
from workflow.errors import InvalidInput, Refused
from workflow.wording.ledger_text import TypedContract

_Added = Annotated[
    str | None,
    typer.Option(
        "--ajouter",
        metavar="TYPE",
        help="Nouveau contrat : cdd, cdi, interim…",
        autocompletion=completion.contract_types,
    ),
]
_Line = Annotated[str | None, typer.Option("--ligne", metavar="N", help="Contrat à changer.")]
_Type = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="TYPE",
        help="Nouveau type de ce contrat.",
        autocompletion=completion.contract_types,
    ),
]
_Days = Annotated[
    str | None, typer.Option("--jours", metavar="JOURS", help="01/02/2017..31/05/2017.")
]
_Hours = Annotated[
    str | None, typer.Option("--heures", metavar="HEURES", help="Heures de tout le contrat.")
]
_Employer = Annotated[
    str | None,
    typer.Option(
        "--employeur",
        metavar="SORTE",
        help="Sorte d’employeur : prive, public…",
        autocompletion=completion.employers,
    ),
]
_Place = Annotated[str | None, typer.Option("--chez", metavar="TEXTE", help="Nom de l’employeur.")]
_Removed = Annotated[
    list[str] | None, typer.Option("--retirer", metavar="N", help="Contrat noté par erreur.")
]
_On = Annotated[
    str | None,
    typer.Option("--au", metavar="DATE", help="Date qui compte ; sinon celle du dossier."),
]


def contracts(
    ctx: typer.Context,
    ref: Ref,
    added: _Added = None,
    line: _Line = None,
    type_: _Type = None,
    days: _Days = None,
    hours: _Hours = None,
    employer: _Employer = None,
    place: _Place = None,
    removed: _Removed = None,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Show the contracts of a case, or change them."""
    session = session_of(ctx)
    kind = type_ if added is None else added
    words = TypedContract(kind, employer, days, hours, place)
    seen = read_count("--version-vue", version, least=1)
    if added is None and line is None and not removed:
        if words != TypedContract() or comment or seen or dry_run:
            raise _which()
        _show(session, ref, as_json=as_json)
        return
    session.writes(dry_run=dry_run)
    outcome = session.container.recording.contracts(
        ref,
        _typed(words, added, line, type_),
        by=session.acting,
        removed=_numbers(removed or [], line),
        comment=comment,
        version=seen,
    )
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def _which() -> InvalidInput:
    return InvalidInput(
        "Quel contrat ? Ajoutez --ajouter cdd (ou un autre type), --ligne N pour en changer un, ou "
        "--retirer N."
    )


def _typed(
    words: TypedContract, added: str | None, line: str | None, type_: str | None
) -> list[tuple[int | None, TypedContract]]:
    """Return the contract to add or to change, if any, once what was typed makes sense."""
    if added is not None and line is not None:
        raise InvalidInput(
            "--ajouter crée un contrat, --ligne en change un : gardez l’une des deux."
        )
    if added is not None and type_ is not None:
        raise InvalidInput("--ajouter dit déjà le type : retirez --type.")
    given = {
        "--ajouter": added,
        "--type": type_,
        "--jours": words.days,
        "--heures": words.hours,
        "--employeur": words.employer,
    }
    for option, text in given.items():
        if text is not None and not text.strip():
            raise InvalidInput(f"{option} : valeur vide ; donnez-la, ou retirez l’option.")
    if added is None and line is None:
        # Only contracts taken away.
        if words != TypedContract():
            raise _which()
        return []
    if line is not None and words == TypedContract():
        raise InvalidInput(
            f"Contrat {line} : que changer ? Ajoutez --type, --jours, --heures, --employeur ou --chez."
        )
    return [(read_count("--ligne", line, least=1), words)]


def _numbers(removed: list[str], line: str | None) -> list[int]:
    """Read the contracts to take away; the one that changes cannot be among them."""
    numbers = [read_count("--retirer", typed, least=1) for typed in removed]
    found = [number for number in numbers if number is not None]
    if line is not None and read_count("--ligne", line, least=1) in found:
        raise InvalidInput(
            f"Contrat {line} : donné à --ligne et à --retirer ; gardez l’une des deux."
        )
    return found


def _show(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.ledger import contracts_view as views

    view = session.container.cases.view(ref)
    rules = view.procedure.seniority
    if rules is None:
        raise Refused(f"{view.procedure.funder_label} : aucune règle d’ancienneté connue.")
    if as_json:
        session.output.json(views.contracts_json(view.case, rules))
        return
    from cli.shared.heading import heading

    session.output.show(heading(view.case, view.procedure))
    if not view.case.contracts:
        session.output.show("Aucun contrat n’est noté.")
        add = ("dossier", "contrats", ref, "--ajouter", next(iter(rules.types)))
        days = ("--jours", "JJ/MM/AAAA..JJ/MM/AAAA", "--heures", "NOMBRE")
        session.output.suggest("Ensuite :", session.typed(*add, *days))
        return
    session.output.show(views.table(view.case.contracts, rules))
    session.output.suggest("L’ancienneté :", session.typed("dossier", "anciennete", ref))


def seniority(ctx: typer.Context, ref: Ref, on: _On = None, as_json: Json = False) -> None:
    """Show what the history of a case is worth."""
    from cli.ledger import contracts_view as views

    session = session_of(ctx)
    case, found = session.container.inquiries.seniority(ref, on=on)
    procedure = session.container.rulebook.of(case)
    rules = procedure.seniority
    assert rules is not None, "an assessment has its rules"  # noqa: S101 - refused otherwise
    if as_json:
        session.output.json(views.assessment_json(case, rules, found))
        return
    from cli.shared.heading import heading

    session.output.show(heading(case, procedure))
    session.output.show(*views.assessment(procedure, rules, found))
