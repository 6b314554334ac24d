"""The lines of a ledger, hours, contracts or money: shown, or changed once what makes no sense is refused.

Used by `cli.ledger.hours`, `cli.ledger.contracts` and `cli.ledger.money`. Knows their options by the
questions of the operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from cli.asking.invocation import Invocation
from cli.shared.acting import act
from cli.terminal.spelling import option
from workflow.errors import InvalidInput, nearest
from workflow.operations import operations
from workflow.operations.requests import Parameter, Takes

_NAMING = (operations.ADDED, operations.LINE, operations.REMOVED)
_HOW = (operations.COMMENT, operations.FORCED, operations.DRY_RUN)


class LineTerms(Struct, frozen=True):
    """What a ledger calls its lines.

    Args:
        one: a line of it, with its article.
        given: the participle that agrees with it.
        kind: what a new line says by being added.
        kind_words: the same in words, with its article.
        which: what to type when no line is named.
        kinds: what a line may be, when they are few and always the same.
        unlike: what is said of one that is none of them.
    """

    one: str
    given: str
    kind: Parameter
    kind_words: str
    which: str
    kinds: tuple[str, ...] = ()
    unlike: str = ""

    def serve(self, asked: Invocation, show: Callable[[Invocation], None]) -> None:
        """Write the lines that are told, or show those that are there.

        Raises:
            InvalidInput: for options that contradict each other, lack a line, or say nothing.
        """
        for parameter in (operations.ADDED, self.kind) if self.kinds else ():
            self._refuse_kind(parameter, asked.request.given(parameter))
        if not self._are_written(asked):
            show(asked)
            return
        act(asked)

    def _refuse_kind(self, parameter: Parameter, typed: str | None) -> None:
        if typed is not None and typed not in self.kinds:
            hint = nearest(typed, self.kinds) or f" (choisissez parmi : {', '.join(self.kinds)})"
            raise InvalidInput(f"{option(parameter)} : « {typed} » {self.unlike}{hint}.")

    def _are_written(self, asked: Invocation) -> bool:
        """Tell whether lines are to be written, rather than shown; raises like `serve`."""
        told = asked.request
        described = [one for one in self._describing(asked) if one in told.answers]
        for parameter in (operations.ADDED, *described):
            self._refuse_empty(asked, parameter)
        line, removed = asked.count(operations.LINE, least=1), asked.counts(operations.REMOVED)
        if asked.asks(operations.ADDED):
            self._refuse_contradiction(asked)
        elif line is None:
            if described or (not removed and asked.changes):
                raise InvalidInput(self.which)
            return bool(removed)
        elif not described:
            self._refuse_nothing(asked)
        if line in removed:
            raise InvalidInput(
                f"{self._named(asked)} : {self.given} à --ligne et à --retirer ; gardez l’une des deux."
            )
        return True

    def _describing(self, asked: Invocation) -> Iterator[Parameter]:
        """Yield what says how a line is."""
        told = asked.request.operation.parameters
        return (one for one in told if one not in _NAMING and one not in _HOW)

    def _refuse_empty(self, asked: Invocation, parameter: Parameter) -> None:
        questions = asked.request.operation.questions
        free = any(one.parameter == parameter and one.takes is Takes.WORDS for one in questions)
        text = asked.request.given(parameter)
        if text is not None and not text.strip() and not free:
            raise InvalidInput(
                f"{option(parameter)} : valeur vide ; donnez-la, ou retirez l’option."
            )

    def _refuse_contradiction(self, asked: Invocation) -> None:
        if asked.asks(operations.LINE):
            article = self.one.partition(" ")[0]
            raise InvalidInput(
                f"--ajouter crée {self.one}, --ligne en change {article} : gardez l’une des deux."
            )
        if asked.asks(self.kind):
            raise InvalidInput(
                f"--ajouter dit déjà {self.kind_words} : retirez {option(self.kind)}."
            )

    def _refuse_nothing(self, asked: Invocation) -> None:
        *others, last = map(option, self._describing(asked))
        raise InvalidInput(
            f"{self._named(asked)} : que changer ? Ajoutez {', '.join(others)} ou {last}."
        )

    def _named(self, asked: Invocation) -> str:
        noun = self.one.partition(" ")[2].capitalize()
        return f"{noun} {asked.request.text(operations.LINE)}"
