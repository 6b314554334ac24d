"""What is typed beside facts: words that would reveal why somebody is eligible are refused, not repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.support.core import paris
from tests.support.depth import BY, depth
from workflow.errors import InvalidInput, Refused
from workflow.text.folding import cleaned
from workflow.wording.act_text import (
    act_of,
    checked_place,
    checked_pointer,
    checked_ref,
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
    "zeta2026",
    "2026zeta",
    "ze\u00adta",
    "z\u200be\u200bt\u200ba",
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
    assert RESTRICTED[name](text) == cleaned(text)


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


PASTED = (
    ("Du\u00adpont", "Dupont"),
    ("Dupont\u2009Martin", "Dupont Martin"),
    ("\ufeffDupont\u200b", "Dupont"),
    ("\u200eDupont\u200f", "Dupont"),
    ("Dupont\u3000Martin", "Dupont Martin"),
    ("e\u0301te\u0301", "été"),
    ("1\u202f234\u00a0€", "1\u202f234\u00a0€"),
)


@pytest.mark.parametrize("read", [*PUBLIC.values(), *RESTRICTED.values()])
@pytest.mark.parametrize(("pasted", "kept"), PASTED)
def test_what_a_word_processor_puts_between_letters_is_cleaned(
    read: Read, pasted: str, kept: str
) -> None:
    """Odd spaces become spaces, what only joins letters goes, and nothing that is read is lost."""
    assert read(pasted) == kept


def test_lines_and_tabs_of_a_comment_are_kept() -> None:
    """A comment keeps its lines, whatever they are written with; a title has spaces instead of tabs."""
    assert checked_title(depth(), "Dupont\tMartin") == "Dupont Martin"
    assert PUBLIC["commentaire"]("a\tb\vc\u2028d\r\ne") == "a\tb\nc\nd\ne"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Du\x1bpont", "« ␛ », le 3e"),
        ("\u202eDupont", "« ⟨202E⟩ », le 1er"),
        ("Dupont\udce9", "vérifiez que le terminal écrit en UTF-8"),
    ],
)
def test_what_gives_orders_is_named_with_its_place(text: str, where: str) -> None:
    """A control character and an override of direction are refused: which, and where."""
    with pytest.raises(InvalidInput) as refusal:
        checked_title(depth(), text)
    assert where in refusal.value.message


NIRS = (
    "Dupont 1 85 12 75 108 123 45",
    "Dupont 1851275108123",
    "185127510812345",
    "2.85.12.2A.108.123",
    "285122B108123 04",
    "2 85 12 971 08 123",
    "n°1851275108123.",
    "1\u00a085\u202f12 75 108 123",
    "1 85 12 75\u200b108\u00ad123",
    "１８５１２７５１０８１２３",
    "1-85-99-75-108-123",
    "1 8 5 1 2 7 5 1 0 8 1 2 3 4 5",
    "|2|8|5|1|2|2|A|1|0|8|1|2|3|",
    "1  85   12    75  108   123",
    "2 85 12 97 1 08 123",
    "١٨٥١٢٧٥١٠٨١٢٣",
    "785527510812347",
)
NO_NIRS = (
    "SIRET 12345678900012",
    "SIRET 123 456 789 00012",
    "1 234 567 890 123 €",
    "06 12 34 56 78, 07 12 34 56 78",
    "+33 1 42 68 53 00",
    "CIPI-2026-0001 du 01/02/2026 au 03/04/2026",
    "2026090112345",
    "FR76 3000 6000 0112 3456 7890 189",
    "classeur 3, 1851275000123",
    "lots 1 2 3 4 5 6 7 8 9 10 11 12 13",
    "1 2 3 4 5 6 7 8 9 0 1 2 3",
)


@pytest.mark.parametrize("read", [*PUBLIC.values(), *RESTRICTED.values()])
@pytest.mark.parametrize("text", NIRS)
def test_a_social_security_number_is_refused_without_being_repeated(read: Read, text: str) -> None:
    """A NIR is kept nowhere, however it is written, its key known or not, and no message repeats it."""
    with pytest.raises(Refused, match="un numéro de sécurité sociale") as refusal:
        read(text)
    assert not any(char.isdigit() for char in refusal.value.message)


@pytest.mark.parametrize("read", [*PUBLIC.values(), *RESTRICTED.values()])
@pytest.mark.parametrize("text", NO_NIRS)
def test_another_long_number_is_kept(read: Read, text: str) -> None:
    """A company's number, an amount, phones, references and dates are no NIR."""
    assert read(text) == text


def test_a_reference_is_no_social_security_number() -> None:
    """A reference that somebody chose may be any but a NIR."""
    assert checked_ref("A-12345678900012") == "A-12345678900012"
    with pytest.raises(Refused):
        checked_ref("A-1851275108123")
