"""The two source documents, walked line by line: each line is cited by the rules, or listed with its reason.

What cites a line is any source of a rule file (a rule, a check, a paper, a contact, a link), or any of its
sentences (a note, a help text, an item to check) that names it (« l. 380-388 »). A heading counts with what
follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import to_builtins

from tests.support import core

DOCUMENTS = Path(__file__).parent / "documents"
PROCEDURES = {"cipi.txt": ("cipi", "cdpi"), "cif-cdd-2018.txt": ("cif-cdd",)}
"""Procedures that cite each document."""

LISTED: Mapping[str, Mapping[str, str]] = {
    "cipi.txt": {
        "2-3": "an opening sentence: the publics that it brings in are the rule",
        "48-49": "the title",
        "425": "the status that the next lines are about",
    },
    "cif-cdd-2018.txt": {
        "1": "the title",
        "49-77": "the table of contents",
        "86": "an opening sentence: the conditions that it brings in are the rule",
        "571-574": "the foot of a page",
        "815-819": "the warning of l. 79-83 again",
        "1017-1021": "the warning of l. 79-83 again",
        "1189-1193": "the warning of l. 79-83 again",
        "1340-1344": "the warning of l. 79-83 again",
        "1474-1478": "the warning of l. 79-83 again",
        "1405-1412": "one person: no person is kept, whose name the copy already leaves out",
    },
}
"""Lines that nothing cites: why."""

HEADINGS = """
Publics éligibles Ancienneté dans l’intérim|Cette durée comprend|La formation peut comporter|Validation
Durée du contrat|Bilan de positionnement|et d’évaluation|Contenu de la formation|Financement par l’OPCO
Réalisation des bilans|Ses missions|Tuteur ETT /ETTI|Pendant la période de formation
Pendant les périodes de missions|Après un CIPI|Obligation d’emploi Les contrats de travail
Schéma récapitulatif|Lexique|Qui a droit au CIF CDD ?|Quand ?|Suivre une formation sur son temps libre tout en
restant dans l’emploi|Quelle procédure ?|FAFSEA|Domaine|Cas particulier pour l’accès au CIF
Cas particulier pour|l’accès au CIF|Critères prioritaires|Frais annexes|Hébergement|Repas|Trajet
Prise en charge du coût|Prise en charge|Prise en|charge du coût|charge du|coût|du coût|pédagogique
Durée du CIF
Rémunération pendant le stage pratique|Rémunération pendant le stage|Rémunération pendant le|stage pratique
pratique|Date de dépôt|mini et maxi|Avant la formation|Avant la commission|Avant la|formation
Fongecif Bourgogne Franche Comté|Fongecif Auvergne Rhône-Alpes|Formations non-|prioritaires|Antennes
OPCALIM|UNIFAF|UNIFORMATION|Procédure|Est-il possible de faire la formation|pendant le CDD ?|Coordonnées
Coordonnées des autres OPACIF
"""
"""Titles of paragraphs and of rows of tables, which say nothing by themselves."""

LONGEST = 12
"""Lines that may part a heading from what it heads: the rows of a table have headings in several lines."""


def lines_of(document: str) -> dict[int, str]:
    """Return the lines of a document that have words, by number."""
    text = (DOCUMENTS / document).read_text(encoding="utf-8")
    numbered = enumerate(text.split("\n"), 1)
    return {number: line for number, line in numbered if re.search(r"\w", line)}


def spanned(written: str) -> set[int]:
    """Return the numbers of « 98-99 » or « 44-45 et 269-272 »."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", written):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def cited(value: object, document: str) -> Iterator[set[int]]:
    """Yield the lines of a document that each part of a rule file cites."""
    if isinstance(value, dict):
        if value.get("document") == document:
            yield spanned(str(value["lines"]))
        for one in value.values():
            yield from cited(one, document)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from cited(one, document)
    elif isinstance(value, str):
        for written in re.findall(r"\bl\.[ \u00a0](\d[\d ,et-]*)", value):
            yield spanned(written)


def all_cited(document: str) -> set[int]:
    """Return every line of a document that the rules cite."""
    written = (
        to_builtins(core.rulebook().procedure(id_), enc_hook=str, str_keys=True)
        for id_ in PROCEDURES[document]
    )
    return set().union(*(lines for one in written for lines in cited(one, document)))


def letters(line: str) -> str:
    """Return the letters of a line: the sheets space out those of some titles."""
    return "".join(re.findall(r"\w", line)).casefold()


TITLES = frozenset(letters(title) for title in re.split(r"[|\n]", HEADINGS) if title)


@pytest.mark.parametrize("document", PROCEDURES)
def test_every_line_of_a_document_is_cited_or_listed(document: str) -> None:
    """No line is left that no rule, check, paper, contact or help text cites, and that is not listed."""
    known = all_cited(document)
    listed = set().union(*map(spanned, LISTED[document]))
    left = {
        number: line
        for number, line in lines_of(document).items()
        if number not in known | listed and letters(line) not in TITLES
    }
    assert left == {}


@pytest.mark.parametrize("document", PROCEDURES)
def test_a_heading_heads_something_that_is_cited(document: str) -> None:
    """What follows a heading that nothing cites is cited, so that a paragraph never hides under its title."""
    known, lines = all_cited(document), lines_of(document)
    numbers = sorted(lines)
    for rank, number in enumerate(numbers):
        if letters(lines[number]) in TITLES and number not in known:
            after = numbers[rank + 1 : rank + 1 + LONGEST]
            assert not after or known & set(after), (number, lines[number])


@pytest.mark.parametrize("document", PROCEDURES)
def test_what_is_listed_is_cited_by_nothing(document: str) -> None:
    """The list only shrinks: a line that the rules come to cite leaves it, and it stays short."""
    known, lines = all_cited(document), lines_of(document)
    for written, reason in LISTED[document].items():
        assert reason
        assert not known & spanned(written) & lines.keys(), written
    assert len(LISTED[document]) <= 10


def test_the_documents_name_nobody() -> None:
    """The copies say nothing of a person: neither a name nor a number beside one."""
    for document in PROCEDURES:
        text = "\n".join(lines_of(document).values())
        assert not re.search(r"\b(?:Mme|Mlle|Monsieur|Madame)\b", text)
