"""`dossier heures`: the ledger of hours, shown without options, changed with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import Comment, DryRun, Json, Ref, SeenVersion, read_count, session_of
from cli.shared.acting import conclude
from cli.wiring.session import Session
from workflow.case.case import WorkKind
from workflow.errors import InvalidInput, nearest
from workflow.usecases import operations
from workflow.usecases.requests import Answer, Parameter, Request
from workflow.wording.ledger_text import TypedHours

_KINDS = tuple(kind.value for kind in WorkKind)
_EMPTIED = {"prevues": "planned", "faites": "done", "lieu": "place"}
"""What a line may say no more, by the name of its option."""


def _emptiable(incomplete: str) -> list[str]:
    return [name for name in _EMPTIED if name.startswith(incomplete)]


_Added = Annotated[
    str | None,
    typer.Option(
        "--ajouter",
        metavar="NATURE",
        help="Nouvelle ligne : formation, mission ou bilan.",
        autocompletion=completion.kinds_of_hours,
    ),
]
_Line = Annotated[
    str | None,
    typer.Option("--ligne", metavar="N", help="Ligne à changer, à la place d’une autre."),
]
_Kind = Annotated[
    str | None,
    typer.Option(
        "--nature",
        metavar="NATURE",
        help="Nouvelle nature de cette ligne.",
        autocompletion=completion.kinds_of_hours,
    ),
]
_Days = Annotated[
    str | None,
    typer.Option("--jours", metavar="JOURS", help="02/03/2026, ou 02/03/2026..06/03/2026."),
]
_Planned = Annotated[
    str | None, typer.Option("--prevues", metavar="HEURES", help="Heures prévues, par exemple 35.")
]
_Done = Annotated[
    str | None, typer.Option("--faites", metavar="HEURES", help="Heures faites, par exemple 32,5.")
]
_Place = Annotated[
    str | None,
    typer.Option(
        "--lieu", metavar="TEXTE", help="Organisme de formation, ou société de la mission."
    ),
]
_Emptied = Annotated[
    list[str] | None,
    typer.Option(
        "--vider",
        metavar="QUOI",
        help="Ce que cette ligne ne dit plus : prevues, faites ou lieu.",
        autocompletion=_emptiable,
    ),
]
_Removed = Annotated[
    list[str] | None, typer.Option("--retirer", metavar="N", help="Ligne notée par erreur.")
]


def hours(
    ctx: typer.Context,
    ref: Ref,
    added: _Added = None,
    line: _Line = None,
    kind: _Kind = None,
    days: _Days = None,
    planned: _Planned = None,
    done: _Done = None,
    place: _Place = None,
    emptied: _Emptied = None,
    removed: _Removed = None,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Show the ledger of a case, or change its lines."""
    session = session_of(ctx)
    words = TypedHours(
        _kind("--ajouter", added) or _kind("--nature", kind), days, planned, done, place
    )
    _check_emptied(words, emptied or [], line)
    seen = read_count("--version-vue", version, least=1)
    if added is None and line is None and not removed:
        _refuse_alone(words, writes=bool(comment or seen or dry_run))
        _show(session, ref, as_json=as_json)
        return
    session.writes(dry_run=dry_run)
    _check_line(words, added, line, kind, changes=bool(emptied) or words != TypedHours())
    _check_removed(removed or [], line)
    told: dict[Parameter, Answer] = {
        **_told(words, added, line),
        operations.EMPTIED: emptied,
        operations.REMOVED: removed,
        operations.COMMENT: comment,
    }
    outcome = session.prepare(Request(operations.NOTE_HOURS, (ref,), told), seen)
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def _told(words: TypedHours, added: str | None, line: str | None) -> Mapping[Parameter, Answer]:
    return {
        operations.ADDED: added,
        operations.LINE: line,
        operations.NATURE: None if added else words.kind,
        operations.DAYS: words.days,
        operations.PLANNED: words.planned,
        operations.DONE: words.done,
        operations.PLACE: words.place,
    }


def _check_line(
    words: TypedHours, added: str | None, line: str | None, kind: str | None, *, changes: bool
) -> None:
    """Refuse what makes no sense of the line to add or to change, if any."""
    if added is not None and line is not None:
        raise InvalidInput(
            "--ajouter crée une ligne, --ligne en change une : gardez l’une des deux."
        )
    if added is not None and kind is not None:
        raise InvalidInput("--ajouter dit déjà la nature : retirez --nature.")
    if added is None and line is None:
        # Only lines taken away.
        _refuse_alone(words, writes=False)
    if line is not None and not changes:
        raise InvalidInput(
            f"Ligne {line} : que changer ? Ajoutez --nature, --jours, --prevues, --faites, --lieu "
            "ou --vider."
        )


def _check_emptied(words: TypedHours, emptied: list[str], line: str | None) -> None:
    """Refuse what a line cannot say no more; an empty option alone is a slip."""
    given = {"--jours": words.days, "--prevues": words.planned, "--faites": words.done}
    for option, text in given.items():
        if text is not None and not text.strip():
            raise InvalidInput(f"{option} : valeur vide ; donnez-la, ou retirez l’option.")
    for name in emptied:
        if name not in _EMPTIED:
            hint = nearest(name, _EMPTIED) or f" (choisissez parmi : {', '.join(_EMPTIED)})"
            raise InvalidInput(f"--vider : « {name} » ne se vide pas{hint}.")
        if line is None:
            raise InvalidInput(f"--vider {name} : de quelle ligne ? Ajoutez --ligne N.")
        if getattr(words, _EMPTIED[name]):
            raise InvalidInput(f"--vider {name} et --{name} : gardez l’une des deux.")


def _check_removed(removed: list[str], line: str | None) -> None:
    """Refuse lines to take away that are no numbers, or that change at once."""
    numbers = [read_count("--retirer", typed, least=1) for typed in removed]
    if line is not None and read_count("--ligne", line, least=1) in numbers:
        raise InvalidInput(
            f"Ligne {line} : donnée à --ligne et à --retirer ; gardez l’une des deux."
        )


def _kind(option: str, typed: str | None) -> str | None:
    if typed is None or typed in _KINDS:
        return typed
    hint = nearest(typed, _KINDS) or f" (choisissez parmi : {', '.join(_KINDS)})"
    raise InvalidInput(f"{option} : « {typed} » n’est pas une nature d’heures{hint}.")


def _refuse_alone(words: TypedHours, *, writes: bool) -> None:
    """Refuse what says how a line is, or how to write it, when no line is named."""
    if writes or words != TypedHours():
        raise InvalidInput(
            "Quelle ligne ? Ajoutez --ajouter formation, mission ou bilan, --ligne N pour en changer "
            "une, ou --retirer N."
        )


def _show(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.ledger import hours_view as hours_views

    container = session.container
    view = container.cases.view(ref)
    wanted = container.inquiries.goals(view.case)
    if as_json:
        session.output.json(hours_views.ledger_json(view.case, wanted))
        return
    from cli.shared.heading import heading

    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(heading(view.case, view.procedure))
    session.output.show(*hours_views.ledger(view.case, wanted, looking))
    if not view.case.hours:
        add = ("dossier", "heures", ref, "--ajouter", "formation", "--jours", "JJ/MM/AAAA")
        session.output.suggest("Ensuite :", session.typed(*add, "--prevues", "35"))
