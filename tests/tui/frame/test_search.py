"""That the files somebody means are found from a few letters, well typed or not."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.frame.search import SearchIndex
from workflow.text.folding import fold, searchable
from workflow.worklist.worklist import SearchEntry

NAMES = {
    "cipi": "CIPI",
    "ptp": "Projet de transition professionnelle",
    "akto": "AKTO",
    "lyon": "Agence de Lyon Part-Dieu",
    "metz": "Agence de Metz",
    "m.durand": "Mathieu Durand",
    "z.petit": "Zoé Petit",
    "preparation": "En préparation",
    "drf_deposee": "DRF déposée",
    "drf": "Saisir la DRF",
    "reponse_akto": "Réponse d’AKTO",
}
NUMBERS = {
    "CIPI-2026-0120": ("DRF-2026/4512", "12345678200010"),
    "PTP-2026-0012": ("942A012342A",),
}
AWAITED = {
    "CIPI-2026-0012": (("reponse_akto",), (date(2026, 12, 1),)),
    "CIPI-2026-0120": (("drf",), (date(2026, 11, 24), date(2026, 11, 26))),
    "CIPI-2025-0007": (("drf", "reponse_akto"), (date(2027, 1, 24),)),
}
TITLES = (
    ("CIPI-2026-0012", "Claire Vasseur, cariste", "drf_deposee", "lyon", "m.durand"),
    ("CIPI-2026-0120", "Noël Œuvrard, soudeur", "preparation", "metz", "z.petit"),
    ("PTP-2026-0012", "Clara Vasson, aide-soignante", "preparation", "lyon", None),
    ("CIPI-2025-0007", "Jean-Baptiste L’Hôte, cariste", "preparation", "metz", "m.durand"),
    ("DOSSIER/A", "Sans numéro", "preparation", "lyon", None),
)


def entries(first: int = 1) -> list[SearchEntry]:
    """Return five files, their keys from a number on."""
    return [
        SearchEntry(
            key,
            searchable(ref, title, NUMBERS.get(ref, ())),
            "ptp" if ref.startswith("PTP") else "cipi",
            "akto" if ref.startswith("CIPI") else None,
            state,
            agency,
            owner,
            *AWAITED.get(ref, ()),
        )
        for key, (ref, title, state, agency, owner) in zip(count(first), TITLES, strict=False)
    ]


def said(_field: str, value: str, _entry: SearchEntry) -> str:
    """Return the name of a value."""
    return NAMES[value]


INDEX = SearchIndex(entries(), said)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("claire vasseur", [1]),
        ("clare vaseur", [1]),
        ("vasseur claire", [1]),
        ("VASSEUR", [1]),
        ("vas", [3, 1]),
        ("vasse", [1, 3]),
        ("cipi 2026 12", [1, 2]),
        ("cipi-2026-0012", [1]),
        ("12", [3, 1, 2]),
        ("0012", [3, 1]),
        ("2025", [4]),
        # A reference that is being typed.
        ("cipi-", [5, 4, 2, 1]),
        ("cipi-2026", [2, 1]),
        ("cipi-2026-", [2, 1]),
        ("CIPI-2026-00", [1]),
        ("CIPI-2026-0", [2, 1]),
        ("2026-0", [3, 2, 1]),
        ("2026-012", [3, 1, 2]),
        ("0", [4, 3, 2, 1]),
        ("jeanbaptiste", [4]),
        ("l'hote", [4]),
        ("l hote", [4]),
        ("noel oeuvrard", [2]),
        ("oeuvr", [2]),
        ("lhote", [4]),
        ("hote", [4]),
        ("baptiste", [4]),
        ("soignante", [3]),
        ("durand", [4, 1]),
        ("zoé", [2]),
        ("part dieu", [5, 3, 1]),
        ("transition", [3]),
        ("akto metz", [4, 2]),
        ("déposée lyon", [1]),
        ("deposee cariste", [1]),
        ("dossier/a", [5]),
        ("dossier", [5]),
        # Numbers that others gave, typed with their groups, without, or in part.
        ("12345678200010", [2]),
        ("123 456 782 00010", [2]),
        ("123 456 782", [2]),
        ("94 2A 01234 2A", [3]),
        ("drf-2026/4512", [2]),
        ("2026/4512", [2]),
        ("200010", [2]),
        ("xylophone", []),
        ("cariste soudeur", []),
    ],
)
def test_a_few_letters_find_a_file(typed: str, expected: list[int]) -> None:
    """What is typed finds the files that have every word or one like it, the best first."""
    assert list(INDEX.find(typed).ids) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("saisir la drf", [4, 2]),
        ("saisir la drf metz", [4, 2]),
        ("réponse d’akto", [4, 1]),
        ("24/11", [2]),
        ("24/11/2026", [2]),
        ("24/11/26", [2]),
        ("26/11 soudeur", [2]),
        ("soudeur 26/11", [2]),
        ("24/11 cariste", []),
        ("24/1", [4, 2]),
        ("24/01", [4]),
        ("24/", [4, 2]),
        ("24/11/20", [2]),
        ("24/11/2027", []),
        ("1/12", [1]),
        ("1/12 cariste", [1]),
        ("1/1 cariste", []),
        ("30/11", []),
    ],
)
def test_what_is_to_be_done_and_when_finds_a_file(typed: str, expected: list[int]) -> None:
    """The label of the next act and its days find a file, as they are written or as they begin."""
    assert list(INDEX.find(typed).ids) == expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [("noel", 1), ("neol", 0), ("jaen", 0), ("vassr", 2), ("soudr", 1), ("sodr", 0), ("vaserr", 0)],
)
def test_a_short_word_is_taken_as_it_is_typed(typed: str, number: int) -> None:
    """Four letters or fewer forgive nothing, seven or fewer one letter: a count means something."""
    assert INDEX.find(typed).total == number


@pytest.mark.parametrize("typed", ["", "   ", "!?", "«»"])
def test_nothing_typed_finds_nothing(typed: str) -> None:
    """A text without a word finds nothing."""
    assert INDEX.find(typed).total == 0


def test_a_search_says_how_many_it_leaves_out() -> None:
    """A search gives no more than it is asked for, and counts all."""
    found = INDEX.find("2026", limit=2)
    assert (len(found.ids), found.total) == (2, 3)


def test_a_search_stays_within_a_view() -> None:
    """Values that fields must have narrow what is found, and nothing else does."""
    assert INDEX.find("cariste", within={"agency": "metz"}).ids == (4,)
    assert INDEX.find("2026", within={"agency": "lyon", "funder": "akto"}).ids == (1,)
    assert INDEX.find("cariste", within={"owner": "personne"}).total == 0


def test_new_files_are_found_once_they_are_added() -> None:
    """An index that gets more files finds old and new alike."""
    index = SearchIndex(entries()[:2], said)
    assert (len(index), index.last, index.find("baptiste").total) == (2, 2, 0)
    index.extend(entries()[2:])
    assert (len(index), index.last, index.find("baptiste").ids) == (5, 5, (4,))
    assert index.find("cipi").ids == INDEX.find("cipi").ids


def test_many_files_with_a_word_are_all_found() -> None:
    """A word that most files share finds them all, the last one opened first."""
    index = SearchIndex((one for first in range(1, 3001, 5) for one in entries(first)), said)
    found = index.find("cariste lyon", limit=5000)
    assert found.total == len(found.ids) == 600
    assert list(found.ids) == sorted(found.ids, reverse=True)
    assert index.find("cipi 2026").total == 1200


def test_an_empty_index_finds_nothing() -> None:
    """Nothing is found where there is nothing."""
    index = SearchIndex((), said)
    assert (index.last, index.find("claire").total, index.find("12").total) == (0, 0, 0)


WORDS = [word for _, title, *_ in TITLES for word in title.replace(",", "").split()]


@given(st.sampled_from(WORDS), st.data())
def test_one_wrong_letter_does_not_hide_a_word(word: str, data: st.DataObject) -> None:
    """A word of five letters or more is found with a letter missing, doubled or exchanged."""
    folded = fold(word).replace("-", "").replace("'", "")
    if len(folded) < 6 or "-" in word or "’" in word:
        return
    place = data.draw(st.integers(1, len(folded) - 2))
    wrong = data.draw(
        st.sampled_from(
            [
                folded[:place] + folded[place + 1 :],
                folded[:place] + folded[place] + folded[place:],
                folded[:place] + folded[place + 1] + folded[place] + folded[place + 2 :],
                folded[:place] + "x" + folded[place + 1 :],
            ]
        )
    )
    meant = {key for key, (_, title, *_) in enumerate(TITLES, 1) if word in title}
    assert meant <= set(INDEX.find(wrong).ids)


@given(st.text(max_size=60))
def test_anything_may_be_typed(text: str) -> None:
    """Whatever is typed, a search answers, with files that exist, each once."""
    found = INDEX.find(text)
    assert len(set(found.ids)) == len(found.ids) == found.total
    assert set(found.ids) <= {1, 2, 3, 4, 5}
