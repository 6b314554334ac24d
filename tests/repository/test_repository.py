"""Hold the house rules that a linter cannot: sizes, sentences, what no file may contain, true pages.

Every file of the tree is read, whether git knows it yet or not; nothing is imported or run.
"""

import ast
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support import pages

ROOT = Path(__file__).parents[2]

MODULE_LINES, LONG_LINES = 400, 300
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
PACKAGES = ("cli", "tui", "display", "db", "notifications", "workflow")
PAGES = ("*.md", "docs/*.md")
# A path from the root, and a link from the page that has it.
PATH = re.compile(r"`((?:\.?[\w-]+/)+[\w.-]*\w\.[a-z0-9]+)`")
DOTTED = re.compile(r"`([a-z_]+(?:[.]\w+)+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

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


def test_a_long_module_says_why() -> None:
    """A module of the program that is longer than three hundred lines tells the reason where it begins."""
    long = {
        name: ast.get_docstring(ast.parse((ROOT / name).read_bytes())) or ""
        for name in modules()
        if not name.startswith(SIZE_EXEMPT)
        and len((ROOT / name).read_bytes().splitlines()) > LONG_LINES
    }
    assert [name for name, told in long.items() if "hence" not in told] == []


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


def test_no_class_name_has_two_meanings() -> None:
    """Two classes of the program never share a name."""
    counted = Counter(
        node.name
        for name, tree in modules().items()
        if not name.startswith(SIZE_EXEMPT)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in counted.items() if count > 1] == []


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


def members(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names of a class: fields, values, methods, and what it keeps of its arguments."""
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef):
            yield part.name
        elif isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield part.id if isinstance(part, ast.Name) else part.attr


def written() -> Iterator[tuple[Path, str]]:
    """Yield every page with what it says; decisions and changes of the past keep their words."""
    for page in sorted(page for pattern in PAGES for page in ROOT.glob(pattern)):
        if page.name not in {"CHANGELOG.md", "decisions.md"}:
            yield page, page.read_text(encoding="utf-8")


def test_pages_name_what_is_there() -> None:
    """A path that a page names exists, and so does what it links to."""
    gone = [
        f"{page.name}: {path}"
        for page, text in written()
        for root, pattern in ((ROOT, PATH), (page.parent, LINK))
        for path in pattern.findall(text)
        if "NAME" not in path
        if pattern is LINK or (ROOT / path.split("/")[0]).is_dir()
        if not (root / path).exists()
    ]
    assert gone == []


def test_the_readme_leads_to_every_page() -> None:
    """The README links every page of the tree, and names every package that is installed."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / path).resolve() for path in LINK.findall(readme)}
    pages_of_the_tree = {page for pattern in PAGES for page in ROOT.glob(pattern)}
    assert pages_of_the_tree - linked == {ROOT / "README.md"}
    assert [name for name in (*PACKAGES, "templates") if f"`{name}`" not in readme] == []


def test_the_picture_has_every_room() -> None:
    """`docs/architecture.md` draws each room of a package under its name, or its modules when it has none."""
    picture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").split("```")[1]
    drawn: dict[str, set[str]] = {}
    package = ""
    for line in re.sub(r"[│├┼─►▼]", " ", picture.removeprefix("text")).splitlines():
        head, found, rest = line.partition("/ ")
        package = head.strip() if found else package
        if package in PACKAGES:
            names = re.split(r" {3,}", (rest if found else line).strip())[0]
            drawn.setdefault(package, set()).update(names.split())
    there = {
        package: {room.parent.name for room in (ROOT / package).glob("*/__init__.py")}
        or {path.stem for path in (ROOT / package).glob("[!_]*.py")}
        for package in PACKAGES
    }
    assert drawn == there


def test_the_glossary_names_what_is_there() -> None:
    """Each class and field of the glossary exists in the code."""
    known: dict[str, set[str]] = {}
    for name, tree in modules().items():
        if name.startswith(PACKAGES):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    known.setdefault(node.name, set()).update(members(node))
    rows = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    named = [name for row in rows for name in re.findall(r"`([\w.]+)`", row[2:].split("|")[0])]
    split = [(name, *name.split(".")) for name in named]
    gone = [
        name for name, of, *field in split if of not in known or not known[of].issuperset(field)
    ]
    assert named
    assert gone == []


def test_a_superseded_decision_names_the_one_that_replaces_it() -> None:
    """What takes the place of a decision is a later one, under its own heading."""
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    entries = [entry.partition("\n") for entry in text.split("\n## ")[1:]]
    lost = [
        heading
        for rank, (heading, _, entry) in enumerate(entries)
        for line in entry.splitlines()
        if line.startswith("*Superseded")
        if not any(later in line for later, _, _ in entries[rank + 1 :])
    ]
    assert lost == []


def named(dotted: str) -> bool:
    """Tell whether a dotted name is a package, a module, or a name that its module has."""
    path, rest = ROOT, dotted.split(".")
    while rest and (path / rest[0]).is_dir():
        path = path / rest.pop(0)
    if not rest:
        return True
    module = path / f"{rest[0]}.py"
    return module.exists() and all(name in module.read_text(encoding="utf-8") for name in rest[1:])


def test_docstrings_name_what_is_there() -> None:
    """A module, or a name of one, that a docstring cites by its whole path exists."""
    gone = [
        f"{file}: {dotted}"
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, *FUNCTION_NODES))
        for dotted in DOTTED.findall(ast.get_docstring(node) or "")
        if dotted.startswith(tuple(f"{package}." for package in (*PACKAGES, "tests")))
        if not named(dotted)
    ]
    assert gone == []


def test_the_parts_of_pages_made_from_the_code_are_up_to_date() -> None:
    """What `python -m tests.support.pages` would write is what stands there."""
    old = [
        key for key, make in pages.PARTS.items() if pages.parts(ROOT / key[0], key[1])[1] != make()
    ]
    assert old == []
