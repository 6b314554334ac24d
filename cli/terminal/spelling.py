"""How an operation is typed: the options of its command, their help, the words of a request.

Used by `cli.asking` for the commands and their help, and by `cli.wiring.session` for the commands that are
shown. The only place that makes an option of the name of a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.operations.requests import (
    Answer,
    Operation,
    Parameter,
    Question,
    Reach,
    Request,
    Shape,
    Takes,
    ask,
)

JSON = ask("json?", Takes.NOTHING, "Donne du JSON, pour un autre programme.")
SEEN = ask(
    "version-vue",
    Takes.NUMBER,
    "Version que vous avez lue : refuse si le dossier a changé depuis.",
)
"""What a command is told about itself, beside what its operation asks."""


def asked(operation: Operation) -> tuple[Question, ...]:
    """Return everything that the command of an operation asks by an option, in order."""
    questions = operation.questions
    if operation.on_file:
        # Before the dry run, which is always the last.
        questions = (*questions[:-1], SEEN, questions[-1])
    return questions if operation.reach is Reach.PROGRAM else (*questions, JSON)


def options(question: Question) -> tuple[str, ...]:
    """Return the options that answer a question: the first of them, then those that mean the same or no."""
    name, also = question.parameter.name, question.also
    others = (f"sans-{name}",) if question.parameter.shape is Shape.EITHER else (also,)
    return tuple(f"--{one}" for one in (name, *others) if one)


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
    for question in request.operation.questions:
        words += _told(question, left.pop(question.parameter, None))
    if any(left.values()):
        raise KeyError(request.operation.id, *(parameter.name for parameter in left))
    return words


def line_of(request: Request) -> str:
    """Return the line to type where nothing is known of the reader's shell: in a mail, in an agenda."""
    return " ".join(("echeancier", *words_of(request)))


def _told(question: Question, answer: Answer) -> Iterator[str]:
    spelt, *others = options(question)
    if isinstance(answer, bool):
        # What may be yes, no or nothing says no by its other option; a flag says it by its absence.
        if answer or question.parameter.shape is Shape.EITHER:
            yield spelt if answer else others[0]
    elif isinstance(answer, str) and answer:
        yield from _given(spelt, answer)
    elif isinstance(answer, Mapping):
        for name, value in answer.items():
            yield from (spelt, f"{name}={value}")
    elif isinstance(answer, list | tuple):
        # Several days are one value: the first and the last.
        for value in ["..".join(answer)] if question.takes is Takes.DAYS else answer:
            yield from _given(spelt, value)


def _given(option: str, value: str) -> tuple[str, ...]:
    # Apart, a value that looks like an option would be taken for one.
    return (f"{option}={value}",) if value.startswith("-") else (option, value)
