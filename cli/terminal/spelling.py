"""How an operation is typed: the option of a parameter, the help of a command, the words of a request.

Used by `cli.app` for the tree of commands and by `cli.wiring.session` for the commands that are shown. The
only place that makes an option of the name of a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.usecases.requests import Answer, Operation, Parameter, Question, Request


def option(parameter: Parameter) -> str:
    """Return the option of a parameter."""
    return f"--{parameter.name}"


def help_of(operation: Operation, question: Question | None = None) -> str:
    """Return what the help says of a command, or of a question that it asks, options spelt."""
    spelt = {parameter.name: option(parameter) for parameter in operation.parameters}
    if question is None:
        return operation.words.format_map(spelt)
    return question.words.format_map({"choices": ", ".join(question.choices)} | spelt)


def words_of(request: Request) -> list[str]:
    """Return the words of the command that does what is asked.

    Raises:
        KeyError: for an answer to what the operation does not ask.
    """
    left = dict(request.answers)
    words = [*request.operation.command, *request.about]
    for parameter in request.operation.parameters:
        words += _told(option(parameter), left.pop(parameter, None))
    if any(left.values()):
        raise KeyError(request.operation.id, *(parameter.name for parameter in left))
    return words


def _told(option: str, answer: Answer) -> Iterator[str]:
    if answer is True:
        yield option
    elif isinstance(answer, str) and answer:
        yield from _given(option, answer)
    elif isinstance(answer, Mapping):
        for name, value in answer.items():
            yield from (option, f"{name}={value}")
    elif isinstance(answer, list | tuple):
        for value in answer:
            yield from _given(option, value)


def _given(option: str, value: str) -> tuple[str, ...]:
    # Apart, a value that looks like an option would be taken for one.
    return (f"{option}={value}",) if value.startswith("-") else (option, value)
