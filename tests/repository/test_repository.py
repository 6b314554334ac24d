"""Hold the house rules that a linter cannot: sizes, sentences, and what no file may contain.

Every file of the tree is read, whether git knows it yet or not; nothing is imported or run.
"""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

MODULE_LINES = 400
FUNCTION_LINES = 40
SIZE_EXEMPT = ("tests/", "benchmarks/", "db/migrations/")

# Folders made by tools, never committed: caches, environments by what they hold, and three at the root.
CACHE = "__pycache__"
ENVIRONMENT = "pyvenv.cfg"
GENERATED = frozenset({ROOT / "build", ROOT / "demo", ROOT / "dist"})
KEPT_HIDDEN = frozenset({".ci"})

# Character classes keep these patterns from matching the line they stand on.
REGISTRY_ADDRESS = re.compile(
    rb"pypi[.](org|io)|files[.]pythonhosted|registry[.]npmjs"
    rb"|index[-]url|find[-]links|trusted[-]host"
)
# Programs kept in a string too: the linter sees what tests run, not what they have run.
MACHINE_CLOCK = re.compile(
    rb"datetime[.]now[(]|date[.]today[(]|time[.]time[(]|cli[.]main import run|main[(]sys[.]argv"
)
OPTION = re.compile(r"(« |[ (])--[a-z]{3}")
CLOCKED = frozenset({"tests/anyday/__main__.py", "tests/support/clocked.py"})
LOCK_LINE = re.compile(
    r"[a-z0-9-]+==[^\s@]+( ; [^\\]+)? \\"  # a version, perhaps for some platforms only
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    r"| *#.*"
)

FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)


def tree_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file of the project, less environments, caches and what the program makes."""
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name
            for name in folders
            if name != CACHE
            and Path(folder, name) not in GENERATED
            and not Path(folder, name, ENVIRONMENT).exists()
            and (not name.startswith(".") or name in KEPT_HIDDEN)
        ]
        yield from (Path(folder, name) for name in files)


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes())
        for path in tree_files()
        if path.suffix == ".py"
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods and nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTION_NODES))


def test_an_environment_in_the_tree_is_no_part_of_it(tmp_path: Path) -> None:
    """Whatever its name, a folder of installed packages is not read; others are, hidden ones apart."""
    for name in (
        "venv/pyvenv.cfg",
        "venv/lib/a.py",
        "env 2/pyvenv.cfg",
        "env 2/b.py",
        ".git/c.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "d.py").touch()
    assert [path.name for path in tree_files(tmp_path)] == ["d.py"]


def test_modules_stay_short() -> None:
    """No module of the program is longer than four hundred lines."""
    lengths = {
        name: len((ROOT / name).read_bytes().splitlines())
        for name in modules()
        if not name.startswith(SIZE_EXEMPT)
    }
    assert {name: count for name, count in lengths.items() if count > MODULE_LINES} == {}


def test_functions_stay_short() -> None:
    """No function of the program takes more than forty lines, docstring included."""
    too_long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules().items()
        if not name.startswith(SIZE_EXEMPT)
        for node in functions(tree)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert too_long == []


def test_every_module_says_what_it_is_for() -> None:
    """Every module opens with a docstring."""
    assert [name for name, tree in modules().items() if not ast.get_docstring(tree)] == []


def test_every_test_states_a_behaviour() -> None:
    """Every test function carries a sentence that says what must hold."""
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules().items()
        if name.startswith("tests/")
        for node in functions(tree)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_test_reads_the_clock_of_the_machine() -> None:
    """Every test says what time it is, to what it calls and to the programs it runs."""
    reading = [
        name
        for name in modules()
        if name.startswith("tests/")
        and name not in CLOCKED
        and MACHINE_CLOCK.search((ROOT / name).read_bytes())
    ]
    assert reading == []


def test_the_domain_knows_no_option() -> None:
    """Neither a rule nor what reads it names an option of a command: each face words its own hints."""
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in tree_files(ROOT / "workflow")
        if OPTION.search(path.read_text(encoding="utf-8"))
    ]
    assert naming == []


def test_no_file_names_a_package_registry() -> None:
    """No file holds the address of a package registry: each machine has its own."""
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in tree_files()
        if REGISTRY_ADDRESS.search(path.read_bytes())
    ]
    assert naming == []


def test_locks_hold_versions_and_hashes_only() -> None:
    """A lock file pins each package by version and hash, with no address or path beside it."""
    odd = [
        f"{path.name}:{number} {line}"
        for path in sorted(ROOT.glob("requirements*.lock"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if not LOCK_LINE.fullmatch(line)
    ]
    assert odd == []
