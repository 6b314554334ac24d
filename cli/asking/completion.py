"""What the shell proposes on Tab, by what is asked: from the rules, the configuration and the open cases.

Called by the shell through Typer. Answers or keeps quiet: rules or a database that cannot be read
propose nothing, and nothing is written. The shell runs what it is answered (zsh evaluates it): of what
somebody typed as a text, the letters of a name alone go there, and a value that could mean something to a
shell is not proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from workflow.case.case import WorkKind
from workflow.case.money import MoneyKind
from workflow.case.parties import PartyKind
from workflow.errors import EcheancierError
from workflow.operations.requests import Question, Takes
from workflow.rules.checks import Ground
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure

if TYPE_CHECKING:
    from cli.wiring.session import Session
    from workflow.usecases.cases import CaseView

_MOST = 50
_Named = Iterable[tuple[str, str]]
_VALUE = re.compile(r"\w[\w.=@+/-]*")
"""A value that means itself to every shell."""
_NO_LETTERS = re.compile(r"[\W_]+")
_UNSAFE = re.compile(r"[^\w ,.’«»()/–-]+")
"""What is left out of the words beside a value."""


def proposed(question: Question, ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Return what goes on from what is typed, each with words that say what it is."""
    if question.choices:
        return _offered(incomplete, ((choice, "") for choice in question.choices))
    if (named := _OF_RULES.get(question.takes)) is not None:
        return _ruled(named, incomplete)
    try:
        found = list(_at_the_desk(question.takes, ctx, incomplete))
    except EcheancierError:
        found = []
    if not found and question.takes is Takes.ACTION:
        # A file that cannot be read: the actions of every procedure.
        return _ruled(_OF_RULES[Takes.STEP], incomplete)
    return _offered(incomplete, found)


def _at_the_desk(takes: Takes, ctx: Any, incomplete: str) -> _Named:
    """Return what the configuration and the database know; raises when they cannot be read."""
    session, named = _session(ctx), _KNOWN.get(takes)
    if session is None or named is None:
        return ()
    return named(session, ctx.params.get("ref") or "", incomplete)


def _cases(session: Session, _: str, incomplete: str) -> _Named:
    from workflow.ports.stores import CaseQuery

    query = CaseQuery(text=incomplete or None, limit=_MOST)
    return ((one.ref, "") for one in session.container.cases.store.find(query).lines)


def _absences(session: Session, _: str, __: str) -> _Named:
    found = session.container.notifications.absences(since=session.today())
    return ((str(one.number), f"{one.person}, {one.first}") for one in found)


def _mails(session: Session, *, failed: bool = False) -> _Named:
    from notifications.model.messages import MessageQuery

    store = session.container.notifications
    found = store.failures(_MOST) if failed else store.messages(MessageQuery(limit=_MOST))
    return ((str(one.id), "") for one in found)


def _parties(kind: PartyKind) -> Callable[[Session, str, str], _Named]:
    """Return what proposes the parties of a kind: a name is typed text, so only its letters are told."""

    def found(session: Session, _: str, __: str) -> _Named:
        from workflow.ports.stores import PartyQuery

        page = session.container.parties.store.page(PartyQuery(kind, limit=_MOST))
        return ((str(one.number), _NO_LETTERS.sub(" ", one.title)) for one in page.parties)

    return found


def _seen(session: Session, ref: str) -> CaseView:
    return session.container.cases.view(ref)


_KNOWN: Mapping[Takes, Callable[[Session, str, str], _Named]] = {
    Takes.CASE: _cases,
    Takes.ACTION: lambda session, ref, _: [
        (one.action, one.label) for one in _seen(session, ref).offers
    ],
    Takes.DEADLINE: lambda session, ref, _: [
        (one.id, one.label) for one in _seen(session, ref).case.deadlines.values()
    ],
    Takes.PERSON: lambda session, _, __: [
        (one.id, one.name) for one in session.places.directory.people.values()
    ],
    Takes.ORGANISATION: _parties(PartyKind.ORGANISATION),
    Takes.CLIENT: _parties(PartyKind.CLIENT),
    Takes.BENEFICIARY: _parties(PartyKind.BENEFICIARY),
    Takes.ABSENCE: _absences,
    Takes.MAIL: lambda session, _, __: _mails(session),
    Takes.FAILED_MAIL: lambda session, _, __: _mails(session, failed=True),
}
"""What the session knows, for the file that is typed already, if any."""


def _session(ctx: Any) -> Session | None:
    from cli.wiring.session import Session

    root = ctx.find_root()
    session = root.obj
    if not isinstance(session, Session):
        return None
    # While completing, nobody runs the command that keeps the global options.
    session.config, session.base = root.params.get("config"), root.params.get("base")
    return session


def _assigned(specs: Iterable[FactSpec], incomplete: str) -> _Named:
    """Return `name=` for each fact, or `name=value` for the choices of the one that is typed."""
    name, sign, _ = incomplete.partition("=")
    if not sign:
        return [(f"{one.id}=", one.label) for one in specs]
    chosen = (choice for one in specs if one.id == name for choice in one.choices.items())
    return [(f"{name}={value}", label) for value, label in chosen]


def _papers(procedure: Procedure, ending: str = "") -> _Named:
    found = procedure.documents.values()
    return ((f"{one.id}{ending}", one.label) for one in found if not one.any_of)


def _grounds(procedure: Procedure) -> Iterable[Ground]:
    return procedure.eligibility.grounds.values() if procedure.eligibility else ()


_OF_RULES: Mapping[Takes, Callable[[Procedure, str], _Named]] = {
    Takes.PROCEDURE: lambda one, _: [(one.id, one.label)],
    Takes.FUNDER: lambda one, _: [(one.funder, one.funder_label)] if one.funder else (),
    Takes.STEP: lambda one, _: [(act.id, act.label) for act in one.actions.values()],
    Takes.CONTRACT: lambda one, _: one.seniority.types.items() if one.seniority else (),
    Takes.EMPLOYER: lambda one, _: one.seniority.employers.items() if one.seniority else (),
    Takes.MONEY: lambda _, __: [(kind.value, "") for kind in MoneyKind],
    Takes.PAYER: lambda one, _: [(payer.id, payer.label) for payer in one.payers.values()],
    Takes.WORK: lambda _, __: [(kind.value, "") for kind in WorkKind],
    Takes.PAPER: lambda one, _: _papers(one),
    **dict.fromkeys(
        (Takes.PLACE, Takes.PAPER_DAY, Takes.PAPER_FILE), lambda one, _: _papers(one, "=")
    ),
    Takes.FACT: lambda one, typed: _assigned(one.facts.values(), typed),
    Takes.LETTER: lambda one, _: [
        (letter.id, letter.label) for letter in (one.letters.models.values() if one.letters else ())
    ],
    Takes.DOUBT: lambda one, _: [(doubt.id, doubt.label) for doubt in one.doubts.values()],
    # Every ground of the rules, whatever the case: completion must not tell why somebody is eligible.
    Takes.GROUND: lambda one, _: [(ground.id, ground.label) for ground in _grounds(one)],
    Takes.ANSWER: lambda one, typed: [
        pair for ground in _grounds(one) for pair in _assigned(ground.questions.values(), typed)
    ],
    Takes.PROOF: lambda one, _: [
        (proof.id, proof.label) for ground in _grounds(one) for proof in ground.proofs.values()
    ],
}
"""What each procedure proposes, from its rules alone."""


def _ruled(named: Callable[[Procedure, str], _Named], incomplete: str) -> list[tuple[str, str]]:
    known = {name: label for procedure in _rules() for name, label in named(procedure, incomplete)}
    return _offered(incomplete, known.items())


def _rules() -> Iterator[Procedure]:
    from workflow.rulefiles.rulebook import load_rulebook

    try:
        for procedure in load_rulebook().procedures.values():
            yield procedure
            yield from procedure.funders.values()
    except EcheancierError:
        return


def _offered(incomplete: str, named: _Named) -> list[tuple[str, str]]:
    """Return what goes on from what is typed, in signs that no shell takes for an order."""
    return [
        (value, " ".join(_UNSAFE.sub(" ", words).split()))
        for value, words in named
        if value.startswith(incomplete) and _VALUE.fullmatch(value)
    ]
