"""That the search of the screens forgives, and stays within what is asked, on the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.tui import Stage, demonstration
from tui.frame.finder import Finder
from tui.frame.office import Office
from workflow.worklist.worklist import WorkQuery


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Lend a stage whose database holds the demonstration."""
    with demonstration(tmp_path, monkeypatch) as prepared:
        yield prepared


@pytest.fixture
def office(stage: Stage) -> Office:
    """Return what the screens work with."""
    return stage.office()


@pytest.fixture
def finder(office: Office) -> Finder:
    """Return a search that has read the files."""
    found = Finder(office)
    found.prepare()
    return found


def asked(office: Office, text: str, agency: str | None = None) -> WorkQuery:
    """Return what the first screen asks for."""
    return WorkQuery(office.day, text=text, agency=agency)


def titles(finder: Finder, query: WorkQuery) -> list[str]:
    """Return what is found, the best first."""
    return [row.title for row in finder.find(query).rows]


NAMED = "Élodie Montagnac, agente logistique"


@pytest.mark.parametrize(
    "typed",
    [
        "Élodie Montagnac",
        "elodie montagnac",
        "MONTAGNAC",
        "montangac",
        "motnagnac élodie",
        "montagnac elodie",
        "logistique elod",
        "elodei",
    ],
)
def test_a_name_is_found_however_it_is_typed(office: Office, finder: Finder, typed: str) -> None:
    """Accents, capitals, the order of the words, two letters swapped: the same file comes first."""
    assert titles(finder, asked(office, typed))[0] == NAMED


@pytest.mark.parametrize("typed", ["xylophone", "elodie xylophone", "elodie cariste"])
def test_what_nobody_is_called_is_not_found(office: Office, finder: Finder, typed: str) -> None:
    """Every word counts: one that no file has leaves none."""
    found = finder.find(asked(office, typed))
    assert (found.rows, found.total) == ((), 0)


def test_the_words_of_a_field_are_those_staff_say(office: Office, finder: Finder) -> None:
    """A file is found by whose it is and by what its state is called, which its title does not say."""
    mine = finder.find(asked(office, "malik berthaud"))
    assert mine.rows
    assert {row.owner for row in mine.rows} == {"malik"}
    (row, *_) = mine.rows
    state = office.procedure_of(row).states[row.state].label
    assert row in finder.find(asked(office, f"malik {state}")).rows


def test_a_file_is_found_by_what_its_line_shows(office: Office, finder: Finder) -> None:
    """The act of a line finds it, and so does the day on which it is to be done."""
    for row in office.services.worklist.page(WorkQuery(office.day)):
        if row.dates is not None:
            day = row.dates.act_on
            for text in (row.label, f"{day:%d/%m}", f"{day:%d/%m/%Y}"):
                assert row.ref in [found.ref for found in finder.find(asked(office, text)).rows]


@pytest.mark.parametrize("typed", ["ines", "Inès", "zoe"])
def test_few_letters_find_only_what_has_them(office: Office, finder: Finder, typed: str) -> None:
    """A short word finds the files where it is written, and no other: the count can be believed."""
    assert finder.find(asked(office, typed)).total == 0


def test_what_was_done_no_longer_finds_a_file(office: Office, finder: Finder, stage: Stage) -> None:
    """Once an act is noted, the file is found by the one that comes next."""
    before = finder.find(asked(office, "saisir la drf")).total
    stage.desk.must("dossier avancer CIPI-DEMO-08 deposer_drf")
    finder.prepare()
    assert finder.find(asked(office, "saisir la drf")).total == before - 1


def test_a_search_keeps_the_view(office: Office, finder: Finder) -> None:
    """What another agency has is not shown, however well it answers."""
    assert titles(finder, asked(office, "montagnac", agency="metz")) == []


def test_words_are_found_before_the_index_is_read(office: Office) -> None:
    """Without the index, accents and the order of the words are forgiven; wrong letters are not."""
    finder = Finder(office)
    assert not finder.ready
    assert titles(finder, asked(office, "montagnac elodie")) == [NAMED]
    assert titles(finder, asked(office, "montangac")) == []


def test_all_that_match_are_read_when_they_are_asked_for(office: Office) -> None:
    """Without a limit every file that matches is there, once the index is read and before."""
    finder, query = Finder(office), asked(office, "cipi-demo")
    before = {row.ref for row in finder.find(query, limit=None).rows}
    assert before == {row.ref for row in office.services.worklist.page(replace(query, limit=1_000))}
    assert len(finder.find(query, limit=2).rows) == 2
    finder.prepare()
    assert {row.ref for row in finder.find(query, limit=None).rows} == before
    assert len(finder.find(query, limit=2).rows) == 2
