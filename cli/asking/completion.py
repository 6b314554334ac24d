"""What the shell proposes on Tab: procedures, actions, documents and facts, and the open cases.

Called by the shell through Typer. Answers or keeps quiet: rules or a database that cannot be read
propose nothing, and nothing is written. The shell runs what it is answered (zsh evaluates it): nothing that
somebody typed as a text goes there, and a value that could mean something to a shell is not proposed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from display.typography import typeset
from workflow.errors import EcheancierError, InvalidInput
from workflow.rules.checks import Ground
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure

if TYPE_CHECKING:
    from cli.wiring.session import Session
    from workflow.usecases.cases import CaseService

_MOST = 50
_Named = Iterable[tuple[str, str]]
_VALUE = re.compile(r"\w[\w.=@+/-]*")
"""A value that means itself to every shell."""
_UNSAFE = re.compile(r"[^\w ,.’«»()/–-]+")
"""What is left out of the words beside a value."""
_INSTALL = "--install-completion"
_INSTALLED = re.compile(r"(?P<shell>\S+) completion installed in (?P<path>.+)")


def speak_french(command: Any) -> Any:
    """Return the root command, which says in French that completion is installed."""
    for param in command.params:
        if _INSTALL in param.opts and param.callback is not None:
            param.callback = _in_french(param.callback)
    return command


def _in_french(install: Callable[..., Any]) -> Callable[..., Any]:
    def installed(ctx: Any, param: Any, value: Any) -> Any:
        if not value or ctx.resilient_parsing:
            return value
        said, code = io.StringIO(), None
        try:
            # Typer says it in English, and leaves.
            with redirect_stdout(said):
                install(ctx, param, value)
        except SystemExit as leaving:
            code = leaving.code
        except Exception as error:
            if type(error).__name__ != "Exit":
                raise
            raise InvalidInput(
                "La complétion existe pour bash, zsh, fish et PowerShell : lancez cette commande "
                "depuis l’un d’eux."
            ) from None
        found = _INSTALLED.search(said.getvalue())
        where = f" pour {found['shell']} dans « {found['path'].strip()} »" if found else ""
        words = f"Complétion installée{where} ; ouvrez un nouveau terminal pour en profiter."
        sys.stdout.write(f"{typeset(words)}\n")
        sys.exit(code)

    return installed


def procedures(incomplete: str) -> list[tuple[str, str]]:
    """Propose procedures."""
    return _proposed(incomplete, lambda procedure: [(procedure.id, procedure.label)])


def funders(incomplete: str) -> list[tuple[str, str]]:
    """Propose funders of the procedures that have several."""
    return _proposed(
        incomplete,
        lambda procedure: [(procedure.funder, procedure.funder_label)] if procedure.funder else [],
    )


def contract_types(incomplete: str) -> list[tuple[str, str]]:
    """Propose types of contract."""
    return _proposed(
        incomplete,
        lambda procedure: procedure.seniority.types.items() if procedure.seniority else (),
    )


def employers(incomplete: str) -> list[tuple[str, str]]:
    """Propose kinds of employer."""
    return _proposed(
        incomplete,
        lambda procedure: procedure.seniority.employers.items() if procedure.seniority else (),
    )


def actions(incomplete: str) -> list[tuple[str, str]]:
    """Propose actions."""
    return _proposed(
        incomplete, lambda procedure: [(one.id, one.label) for one in procedure.actions.values()]
    )


def references(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose open cases."""
    from workflow.usecases.ports import CaseQuery

    cases = _cases(ctx)
    try:
        found = cases.find(CaseQuery(text=incomplete or None, limit=_MOST)).lines if cases else ()
    except EcheancierError:
        return []
    return _offered(incomplete, ((one.ref, "") for one in found))


def actions_of_case(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose the actions of the state a case is in; all of them when it cannot be read."""
    cases = _cases(ctx)
    try:
        offers = cases.view(ctx.params.get("ref") or "").offers if cases else ()
    except EcheancierError:
        offers = ()
    if not offers:
        return actions(incomplete)
    return _offered(incomplete, ((one.action, one.label) for one in offers))


def deadlines_of_case(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose the deadlines that are open in a case."""
    cases = _cases(ctx)
    try:
        case = cases.view(ctx.params.get("ref") or "").case if cases else None
    except EcheancierError:
        return []
    found = case.deadlines.values() if case else ()
    return _offered(incomplete, ((one.id, one.label) for one in found))


def people(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose people of the configuration."""
    session = _session(ctx)
    try:
        found = session.places.directory.people.values() if session else ()
    except EcheancierError:
        return []
    return _offered(incomplete, ((one.id, one.name) for one in found))


def absences(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose the absences that are not over."""
    session = _session(ctx)
    try:
        found = session.container.notifications.absences(since=session.today()) if session else []
    except EcheancierError:
        return []
    return _offered(incomplete, ((str(one.number), f"{one.person}, {one.first}") for one in found))


def messages(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose the last mails."""
    return _messages(ctx, incomplete, failed=False)


def failed_messages(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Propose the mails that failed."""
    return _messages(ctx, incomplete, failed=True)


def _messages(ctx: Any, incomplete: str, *, failed: bool) -> list[tuple[str, str]]:
    from notifications.model.messages import MessageQuery, MessageState

    session = _session(ctx)
    query = MessageQuery(state=MessageState.FAILED if failed else None, limit=_MOST)
    try:
        found = session.container.notifications.messages(query) if session else []
    except EcheancierError:
        return []
    return _offered(incomplete, ((str(one.id), "") for one in found))


def _cases(ctx: Any) -> CaseService | None:
    session = _session(ctx)
    try:
        return session.container.cases if session else None
    except EcheancierError:
        return None


def _session(ctx: Any) -> Session | None:
    from cli.wiring.session import Session

    root = ctx.find_root()
    session = root.obj
    if not isinstance(session, Session):
        return None
    # While completing, nobody runs the command that keeps the global options.
    session.config, session.base = root.params.get("config"), root.params.get("base")
    return session


def documents(incomplete: str) -> list[tuple[str, str]]:
    """Propose documents that can be received."""
    return _proposed(
        incomplete,
        lambda procedure: [
            (one.id, one.label) for one in procedure.documents.values() if not one.any_of
        ],
    )


def documents_to_place(incomplete: str) -> list[tuple[str, str]]:
    """Propose documents, up to the equals sign."""
    return [(f"{name}=", label) for name, label in documents(incomplete)]


def kinds_of_hours(incomplete: str) -> list[tuple[str, str]]:
    """Propose kinds of hours."""
    from workflow.case.case import WorkKind

    return _offered(incomplete, ((kind.value, "") for kind in WorkKind))


def facts(incomplete: str) -> list[tuple[str, str]]:
    """Propose facts, up to the equals sign; then the values of a choice."""
    return _proposed(incomplete, lambda procedure: _assigned(procedure.facts.values(), incomplete))


def _assigned(specs: Iterable[FactSpec], incomplete: str) -> list[tuple[str, str]]:
    """Return `name=` for each fact, or `name=value` for the choices of the one that is typed."""
    name, sign, _ = incomplete.partition("=")
    if not sign:
        return [(f"{one.id}=", one.label) for one in specs]
    chosen = (choice for one in specs if one.id == name for choice in one.choices.items())
    return [(f"{name}={value}", label) for value, label in chosen]


# What follows proposes every ground of the rules and never looks at a case: completion must not tell
# why somebody is eligible.


def grounds(incomplete: str) -> list[tuple[str, str]]:
    """Propose grounds of eligibility."""
    return _proposed(
        incomplete, lambda procedure: [(one.id, one.label) for one in _grounds(procedure)]
    )


def answers(incomplete: str) -> list[tuple[str, str]]:
    """Propose questions of every ground, up to the equals sign; then the values of a choice."""
    return _proposed(
        incomplete,
        lambda procedure: [
            pair
            for ground in _grounds(procedure)
            for pair in _assigned(ground.questions.values(), incomplete)
        ],
    )


def proofs(incomplete: str) -> list[tuple[str, str]]:
    """Propose proofs of every ground."""
    return _proposed(
        incomplete,
        lambda procedure: [
            (proof.id, proof.label)
            for ground in _grounds(procedure)
            for proof in ground.proofs.values()
        ],
    )


def _grounds(procedure: Procedure) -> Iterable[Ground]:
    return procedure.eligibility.grounds.values() if procedure.eligibility else ()


def _proposed(incomplete: str, named: Callable[[Procedure], _Named]) -> list[tuple[str, str]]:
    known = {name: label for procedure in _rules() for name, label in named(procedure)}
    return _offered(incomplete, known.items())


def _offered(incomplete: str, named: _Named) -> list[tuple[str, str]]:
    """Return what goes on from what is typed, in signs that no shell takes for an order."""
    return [
        (value, " ".join(_UNSAFE.sub(" ", words).split()))
        for value, words in named
        if value.startswith(incomplete) and _VALUE.fullmatch(value)
    ]


def _rules() -> Iterator[Procedure]:
    from workflow.rulefiles.rulebook import load_rulebook

    try:
        for procedure in load_rulebook().procedures.values():
            yield procedure
            yield from procedure.funders.values()
    except EcheancierError:
        return
