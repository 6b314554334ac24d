"""Prove at run time what the import contracts state on paper.

import-linter reads the source; these tests start an interpreter and look at what was really loaded,
third-party packages included. They never import the packages under test in their own process.
"""

import json

import pytest

from tests.support.programs import run

FRAMEWORKS = frozenset(
    {"aiosmtplib", "apscheduler", "jinja2", "rich", "sqlalchemy", "sqlmodel", "textual", "typer"}
)
HEAVY = frozenset(
    {"apscheduler", "holidays", "jinja2", "msal", "pydantic", "sqlalchemy", "sqlmodel", "textual"}
)

IMPORT_WORKFLOW = "import workflow"
IMPORT_EVERY_WORKFLOW_MODULE = """
import importlib, pkgutil, workflow
for module in pkgutil.walk_packages(workflow.__path__, "workflow."):
    importlib.import_module(module.name)
"""
IMPORT_COMMAND_LINE = "import cli.main"

REPORT = "\nimport json, sys; print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})))"


def packages_loaded_by(statements: str) -> set[str]:
    """Run the statements in a fresh interpreter; return the top-level names it has then loaded."""
    result = run("-c", statements + REPORT)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "statements", [IMPORT_WORKFLOW, IMPORT_EVERY_WORKFLOW_MODULE], ids=["package", "every module"]
)
def test_the_domain_loads_no_framework(statements: str) -> None:
    """Importing the domain, in part or whole, loads no database, network or screen library."""
    assert packages_loaded_by(statements) & FRAMEWORKS == set()


def test_the_command_line_starts_light() -> None:
    """Importing the command line loads neither the database nor any other heavy library."""
    assert packages_loaded_by(IMPORT_COMMAND_LINE) & HEAVY == set()
