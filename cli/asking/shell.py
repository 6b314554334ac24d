"""The installation of completion in a shell, said in French: Typer's own sentence is in English.

Used by `cli.app`. Proposes nothing itself: `cli.asking.completion` does.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from workflow.errors import InvalidInput
from workflow.text.french import typeset

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
