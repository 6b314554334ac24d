"""What is typed beside facts: words that would reveal why somebody is eligible are refused, not repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.support.core import paris
from tests.support.depth import BY, depth
from workflow.errors import InvalidInput, Refused
from workflow.typed import (
    act_of,
    checked_place,
    checked_pointer,
    checked_restricted_pointer,
    checked_title,
)

Read = Callable[[str], object]

PUBLIC: dict[str, Read] = {
    "libellé": lambda text: checked_title(depth(), text),
    "commentaire": lambda text: act_of(depth(), BY, paris(1, 7), text).comment,
    "lieu de rangement": lambda text: checked_pointer(depth(), text),
}
RESTRICTED: dict[str, Read] = {
    "lieu de rangement": checked_restricted_pointer,
    "lieu": checked_place,
}
REVEALING = (
    "zeta",
    "Dossier ZETA",
    "zêta",
    "Zétas,",
    "dossier_zeta_2026.pdf",
    "C:/salaries/Zeta/carte.pdf",
    "l’zeta",
    "(zeta)",
    "longue attente",
    "En Longue   ATTENTE depuis mai",
    "longue-attente",
    "longue/attente",
    "z.e.t.a.",
    "Z E T A",
    "ze\u0302ta",
    "\uff5aeta",
)
HARMLESS = (
    "",
    "Durand, cariste",
    "zetaine",
    "prozeta",
    "longue et attente",
    "attente longue",
    "longues attentes",
    "Madame Zet-Dupont",
)


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("text", REVEALING)
def test_a_revealing_word_is_refused_without_being_repeated(name: str, text: str) -> None:
    """A title, a comment or a pointer with a listed word is refused, whatever its accents and case."""
    with pytest.raises(Refused) as refusal:
        PUBLIC[name](text)
    said = refusal.value.message
    assert said.startswith(f"Le {name} contient un mot qui peut révéler")
    assert "dossier eligibilite" in said
    repeated = [
        word
        for word in ("zeta", "zêta", "zéta", "longue", "attente", "cart", "mai")
        if word in said.casefold()
    ]
    assert repeated == []


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_are_accepted_as_they_are(name: str, text: str) -> None:
    """Words that only contain a listed one, or say it in another order, are kept as they were typed."""
    assert PUBLIC[name](text) == text


@pytest.mark.parametrize("text", ["zète", "Zete"])
def test_each_form_of_a_word_is_listed(text: str) -> None:
    """A form is refused because it is listed: what is not on the list passes."""
    with pytest.raises(Refused):
        checked_title(depth(), text)
    assert checked_title(depth(), "zetes") == "zetes"


@pytest.mark.parametrize("name", RESTRICTED)
@pytest.mark.parametrize("text", REVEALING)
def test_any_word_may_stand_where_it_is_restricted(name: str, text: str) -> None:
    """Where a proof is kept, and the name of a company, may hold any word."""
    assert RESTRICTED[name](text) == text


def test_a_scheme_that_asks_nothing_reveals_nothing() -> None:
    """Without grounds in its rules, a procedure refuses no word."""
    procedure = replace(depth(), eligibility=None)
    assert checked_title(procedure, "zeta") == "zeta"


@pytest.mark.parametrize("read", [*PUBLIC.values(), *RESTRICTED.values()])
@pytest.mark.parametrize("text", ["a\x00b", "secret " * 400, "a\u202eb"])
def test_what_cannot_be_kept_is_refused_without_being_repeated(read: Read, text: str) -> None:
    """A text too long or with invisible characters is refused, and none of it is in the message."""
    with pytest.raises(InvalidInput) as refusal:
        read(text)
    assert "secret" not in refusal.value.message
    assert text not in refusal.value.message


@pytest.mark.parametrize("read", [PUBLIC["libellé"], PUBLIC["lieu de rangement"], checked_place])
def test_a_title_holds_on_one_line(read: Read) -> None:
    """A title, a pointer and a place hold on one line; a comment may have several."""
    with pytest.raises(InvalidInput, match="tient sur une ligne"):
        read("deux\nlignes")
    assert PUBLIC["commentaire"](" deux\r\nlignes ") == "deux\nlignes"
