"""Words of a command line that cannot be what they stand for: refused before the command begins.

Called by `cli.asking.help` for every command and group, whatever its parameters. Knows no command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.terminal.arguments import is_text, swallowed
from workflow.errors import InvalidInput


def refuse_swallowed(command: Any, ctx: Any) -> None:
    """Refuse « --libelle --essai »: the value was forgotten, and the dry run would have been a write.

    And « init --base », whose command would have been the value.

    Raises:
        InvalidInput: when an option, or nothing, stands where the value of another is awaited.
    """
    if ctx.resilient_parsing:
        return
    params = command.get_params(ctx)
    valued = {name for one in params if not getattr(one, "is_flag", True) for name in one.opts}
    # Read as it was typed: options that hold everywhere are in front by now.
    found = swallowed(ctx.obj.doing.argv, valued)
    if found is not None:
        option, word = found
        if word is None:
            raise InvalidInput(f"L’option {option} attend une valeur : donnez-la.")
        raise InvalidInput(
            f"L’option {option} attend une valeur, et « {word} » est une option : donnez la valeur, ou "
            f"écrivez {option}={word} si c’est bien elle."
        )


def refuse_broken(command: Any, ctx: Any) -> None:
    """Refuse words that are no text: bytes that are not UTF-8. A file may have any name.

    Raises:
        InvalidInput: it does not repeat the word, and says what makes accents unreadable.
    """
    for param in command.get_params(ctx):
        if not all(map(is_text, _texts(ctx.params.get(param.name)))):
            name = param.opts[0] if param.param_type_name == "option" else param.metavar
            raise InvalidInput(
                f"{name} : des octets ne se lisent pas ; tapez le mot à nouveau, et vérifiez que le "
                "terminal écrit en UTF-8 (LC_ALL)."
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, str))
