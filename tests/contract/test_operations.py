"""Every operation in every face: what the registry declares, the commands have and the interface does.

What one face lacks stands below with its reason. A line goes when the face has it: the list only shrinks.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.app import command
from cli.asking.help import page
from cli.dispatch import function_of
from cli.shared.shapes import outcome_json
from cli.terminal.failures import Doing
from cli.terminal.output import as_stored
from cli.terminal.spelling import asked, options, words_of
from cli.wiring.session import Session
from notifications.model.messages import MessageState
from notifications.model.preferences import Delivery, Topic
from tests.support.cli import REF, Desk
from tests.support.programs import run
from tui.drawing.themes import LABELS
from tui.frame.keys import KEYS
from workflow.case.case import PaperStatus
from workflow.operations import operations
from workflow.operations.operations import COMMANDS, OPERATIONS
from workflow.operations.requests import Answer, Operation, Parameter, Reach, Request, Shape
from workflow.usecases.preparing import ACTS

ROOT = Path(__file__).parents[2]
COMMAND_LINE, INTERFACE = "command line", "interface"

LACKING = {
    ("load", COMMAND_LINE): "a month is drawn; `echeances` and `agenda` list the same days",
    ("suppose-closure", COMMAND_LINE): "a closure is noted in the configuration, then compared",
    ("init", INTERFACE): "the interface opens on a database that is there",
    ("demo", INTERFACE): "makes a folder of its own, for whoever has nothing yet",
    ("interface", INTERFACE): "it is the interface",
    ("contracts", INTERFACE): "the tab of contracts is to be made",
    ("seniority", INTERFACE): "the tab of contracts is to be made",
    ("eligibility", INTERFACE): "the restricted part never shows beside what anybody may see",
    ("accounts", INTERFACE): "a file has its accounts; the totals of all are to be made",
    (
        "plan",
        INTERFACE,
    ): "a new file has its first possible start; sessions and lots are to be made",
    ("digest", INTERFACE): "those that were sent are read; the next one is to be shown",
    ("agenda", INTERFACE): "makes a file for another program",
    ("blank-table", INTERFACE): "the screen of the import is to offer it",
    ("sessions", INTERFACE): "sessions are changed by « Et si »; their list is to be made",
    ("import-sessions", INTERFACE): "sessions are changed one by one",
    ("verify-rules", INTERFACE): "for whoever writes rules, beside their editor",
    ("show-rules", INTERFACE): "a date gives its rule; a whole procedure is to be shown",
    ("compare-rules", INTERFACE): "for whoever writes rules, beside their editor",
    ("letters", INTERFACE): "a file shows its own; those of all are listed beside their editor",
    ("verify-letters", INTERFACE): "for whoever writes models, beside their editor",
    ("preferences", INTERFACE): "the screen of one’s own settings is to be made",
    ("set-preferences", INTERFACE): "the screen of one’s own settings is to be made",
    **{
        (f"double-{several}", INTERFACE): "each says its own doubles; the list of all is to be made"
        for several in ("organisations", "clients", "beneficiaries")
    },
    ("service", INTERFACE): "runs without anybody",
    ("diagnose", INTERFACE): "the state of mails is told; the whole is to be shown",
}
"""Operation and face that lacks it: why."""


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command by its words."""
    for name, one in getattr(node, "commands", {}).items():
        if getattr(one, "alone", None):
            yield (*path, name), one.alone
        yield from leaves(one, (*path, name))
    if path and not hasattr(node, "commands"):
        yield path, node


LEAVES: Mapping[tuple[str, ...], Any] = dict(leaves(command()))
DONE_BY_KEYS = {operation for key in KEYS.values() for operation in key.does}


def asked_in(place: str) -> set[str]:
    """Return the ids of the operations that the sources of a file, or of a folder, name."""
    path = ROOT / place
    return {
        found.id
        for source in (path.rglob("*.py") if path.is_dir() else [path])
        for node in ast.walk(ast.parse(source.read_bytes()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == operations.__name__.rpartition(".")[2]
        if isinstance(found := getattr(operations, node.attr), Operation)
    }


def test_every_command_is_an_operation() -> None:
    """Commands and registry name the same operations, each once, in the same order."""
    assert list(LEAVES) == list(COMMANDS)
    assert list(COMMANDS.values()) == [one for one in OPERATIONS.values() if one.command]


def test_what_a_face_lacks_is_said() -> None:
    """An operation is done by both faces, or stands in the list with the face that lacks it."""
    lacking = {(one.id, COMMAND_LINE) for one in OPERATIONS.values() if not one.command}
    lacking |= {(id_, INTERFACE) for id_ in OPERATIONS if id_ not in DONE_BY_KEYS}
    assert lacking == set(LACKING)
    assert all(LACKING.values())


def test_keys_do_what_is_declared() -> None:
    """A key names only operations that exist; those that write are asked for by a screen, and no other."""
    assert set(OPERATIONS) >= DONE_BY_KEYS
    writing = {id_ for id_ in DONE_BY_KEYS if OPERATIONS[id_].reach is not Reach.READS}
    # The interface says how eligibility is noted, and does not note it.
    assert asked_in("tui") - {"eligibility"} == writing


def shape_of(param: Any) -> Shape:
    """Return what an option of a command is given."""
    if param.is_flag:
        return Shape.EITHER if param.secondary_opts else Shape.FLAG
    if not param.multiple:
        return Shape.ONE
    return Shape.NAMED if "=" in param.metavar else Shape.MANY


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_asks_what_the_registry_says(words: tuple[str, ...]) -> None:
    """What parses a command takes the arguments and options that its help shows, each in its shape."""
    one, found = COMMANDS[words], LEAVES[words]
    told = [
        ((*p.opts, *p.secondary_opts), shape_of(p), p.required)
        for p in found.params
        if p.param_type_name == "option"
    ]
    assert told == [(options(q), q.parameter.shape, q.required) for q in asked(one)]
    arguments = [p for p in found.params if p.param_type_name == "argument"]
    assert [(p.metavar, p.required, p.nargs == -1) for p in arguments] == [
        (q.parameter.name.upper(), q.required, q.parameter.shape is Shape.MANY) for q in one.about
    ]
    shown = page("echeancier", words)
    assert shown is not None
    assert all(f" {name}" in shown for names, _, _ in told for name in names)
    assert callable(function_of(one))


def test_the_options_of_every_command_are_those_of_its_help() -> None:
    """The page of the program, which is made apart, names the options that the program takes."""
    shown = page("echeancier", ())
    assert shown is not None
    named = {name for param in command().params for name in (*param.opts, *param.secondary_opts)}
    assert named == set(re.findall(r"(?<= )--?[A-Za-z-]+", shown.partition("Options")[2])) - {
        "--help"
    }


CHOICES: Mapping[tuple[str, Parameter], Iterable[str]] = {
    ("set-preferences", operations.TOPIC): Topic,
    ("set-preferences", operations.DELIVERY): Delivery,
    ("mails", operations.STATE): MessageState,
    ("interface", operations.THEME): LABELS,
}


@pytest.mark.parametrize(("id_", "parameter"), CHOICES)
def test_the_words_to_choose_from_are_those_that_are_understood(
    id_: str, parameter: Parameter
) -> None:
    """The registry, which loads nothing, repeats the words that other rooms declare: the same, in order."""
    assert OPERATIONS[id_].question(parameter).choices == tuple(CHOICES[id_, parameter])


@pytest.mark.parametrize("one", OPERATIONS.values(), ids=lambda one: one.id)
def test_what_is_written_can_be_tried(one: Operation) -> None:
    """What writes can be tried without writing, or says apart what would be written."""
    names = {parameter.name for parameter in one.parameters}
    tried = "essai" in names or "appliquer" in names or one.id in {"demo", "interface"}
    assert tried is (one.reach is not Reach.READS)


def test_a_request_is_typed_as_it_is_declared() -> None:
    """Answers stand in the order of the registry, each as its shape says; empty ones say nothing."""
    answers: Mapping[Parameter, Answer] = {
        operations.COMMENT: "vu au téléphone",
        operations.FORCED: True,
        operations.PAPERS: ("cni", "rib"),
        operations.FACTS: {"le": "08/09/2026", "montant": "12"},
        operations.DAYS: None,
    }
    request = Request(operations.ADVANCE, ("X-1", "clore"), answers)
    assert words_of(request) == [
        "dossier", "avancer", "X-1", "clore", "--fait", "le=08/09/2026", "--fait", "montant=12",
        "--piece", "cni", "--piece", "rib", "--commentaire", "vu au téléphone", "--forcer",
    ]  # fmt: skip


ASKED = (
    Request(
        operations.OPEN,
        ("cipi",),
        {
            operations.FACTS: {"demarrage_formation": "06/10/2026 09:00"},
            operations.TITLE: "Sacha M.",
            operations.AGENCY: "metz",
            operations.FOLLOWED_BY: "malik",
        },
    ),
    Request(
        operations.ADVANCE,
        (REF, "deposer_drf"),
        {operations.FACTS: {"drf_deposee_le": "31/08/2026"}, operations.COMMENT: "Portail lent"},
    ),
    Request(
        operations.CORRECT,
        (REF,),
        {
            operations.TITLE: "Sacha M.",
            operations.FACTS: {"demarrage_formation": "06/10/2026 09:00"},
        },
    ),
    Request(operations.UNDO, (REF,), {operations.COMMENT: "Trop tôt"}),
    Request(operations.TRANSFER, (REF,), {operations.PERSON: "malik", operations.AGENCY: "metz"}),
    Request(
        operations.NOTE_PAPERS,
        (REF,),
        {
            operations.PAPER_MARKS[PaperStatus.REQUESTED]: ("convention_formation",),
            operations.ON: "31/08/2026",
            operations.KEPT_AT: {"convention_formation": "classeur 3"},
        },
    ),
    Request(
        operations.NOTE_SAYINGS,
        (REF, "convention_formation"),
        {operations.FACTS: {"heures_formation": "14", "fin_formation": "02/10/2026"}},
    ),
    Request(
        operations.NOTE_HOURS,
        (REF,),
        {operations.LINE: "1", operations.PLANNED: "6,5", operations.EMPTIED: ["lieu"]},
    ),
    Request(
        operations.NOTE_CONTRACTS,
        ("CIF-2026-0001",),
        {
            operations.ADDED: "interim",
            operations.DAYS: "01/02/2026..31/05/2026",
            operations.HOURS: "600",
            operations.FIRM: "Alpha",
        },
    ),
    Request(
        operations.NOTE_MONEY,
        (REF,),
        {
            operations.ADDED: "demande",
            operations.ON: "31/08/2026",
            operations.AMOUNT: "1234,56",
            operations.PAYER: "akto",
            operations.MONTH: "08/2026",
            operations.MONEY_REFERENCE: "DR 12",
        },
    ),
    Request(
        operations.ELIGIBILITY,
        (REF,),
        {
            operations.GROUND: "minima_sociaux",
            operations.ANSWERS: {"allocation": "rsa"},
            operations.PROOF: "attestation_caf",
            operations.SEEN_ON: "28/08/2026",
        },
    ),
    Request(
        operations.SNOOZE,
        (REF, "drf"),
        {operations.UNTIL: "07/09/2026", operations.REASON: "Dates à confirmer"},
    ),
    Request(operations.CHASE, (REF,), {operations.ON: "31/08/2026"}),
    Request(operations.LETTER, (REF, "convention"), {operations.COMMENT: "Vue avec lui"}),
)
"""A request for each act on a file."""


def test_whatever_acts_on_a_file_is_prepared_in_one_place() -> None:
    """What is done to a file, by any face, has its one use case in the table of acts."""
    acts = {one for one in OPERATIONS.values() if one.reach is Reach.CASE}
    assert acts == set(ACTS) == {request.operation for request in ASKED}


@pytest.mark.parametrize("request_", ASKED, ids=lambda request: request.operation.id)
def test_the_command_of_a_request_does_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: Request
) -> None:
    """What is shown as the command of a request prepares what the request does, to the last value."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    desk.must(
        f"dossier heures {REF} --ajouter formation --jours 05/10/2026 --prevues 7 --lieu Greta"
    )
    if request_.operation in {operations.UNDO, operations.CHASE}:
        desk.must(f"dossier avancer {REF} deposer_drf --fait drf_deposee_le=31/08/2026")
    if request_.operation is operations.NOTE_CONTRACTS:
        start = "--fait demarrage_formation=03/09/2018"
        desk.must(f"dossier ouvrir cif-cdd --financeur unifaf --historique {start}")
    session = Session(Doing(()), lambda: desk.now, config=desk.config)
    outcome = session.prepare(request_, None)
    data = outcome_json(outcome, session.container.cases, saved=False)
    session.close()
    told = desk.must("", *words_of(request_), "--essai", "--json").json
    prepared = json.loads(json.dumps(data, default=as_stored))
    assert {name: told[name] for name in prepared} == prepared


def test_a_request_answers_only_what_is_asked() -> None:
    """An answer to what the operation does not ask is a mistake of the program, never left out."""
    with pytest.raises(KeyError, match="jours"):
        words_of(Request(operations.UNDO, ("X-1",), {operations.DAYS: "08/09/2026"}))


def test_the_registry_loads_nothing_else() -> None:
    """The help is made from the registry without loading what a file, a rule or a date is."""
    looks = "import sys, workflow.operations.operations; print(*(n for n in sys.modules if 'workflow.' in n))"
    loaded = run("-c", looks).stdout.split()
    assert {name.split(".")[1] for name in loaded} == {"operations"}


def test_every_status_of_a_paper_has_its_parameter() -> None:
    """How far a paper has come is told by one parameter for each status, in their order."""
    assert list(operations.PAPER_MARKS) == list(PaperStatus)


def test_the_interface_spells_no_option() -> None:
    """The interface says what it did with a request, and never writes the option of a command."""
    spelt = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path in (ROOT / "tui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.startswith("--") and node.value.strip("-")
    ]
    assert spelt == []
