"""What makes no sense of the lines of a ledger, hours, contracts or money, refused before anything is read.

Used by `cli.ledger.hours`, `cli.ledger.contracts` and `cli.ledger.money`. Knows their options by the
questions of the operation.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cli.asking.invocation import Invocation
from cli.terminal.spelling import option
from workflow.errors import InvalidInput
from workflow.usecases import operations
from workflow.usecases.requests import Parameter, Takes

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
    """

    one: str
    given: str
    kind: Parameter
    kind_words: str
    which: str

    def are_written(self, asked: Invocation) -> bool:
        """Tell whether lines are to be written, rather than shown.

        Raises:
            InvalidInput: for options that contradict each other, lack a line, or say nothing.
        """
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
