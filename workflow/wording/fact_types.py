"""What the values of each type of fact are: how one is asked for, read and shown. A type is a row here.

Used by `workflow.wording.fact_text`, and by whatever asks somebody for a fact. How a value is stored and read
back follows its Python type (`workflow.wording.codec`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.case.case import FactValue
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text.folding import fold, plain_spaces
from workflow.wording import registrations
from workflow.wording.date_text import Today, civil_day, moment_typed
from workflow.wording.instants import NotAValue
from workflow.wording.quantities import typed_integer, typed_number

_YES = {"oui", "o", "vrai", "true", "1"}
_NO = {"non", "n", "faux", "false", "0"}


class TypedFact(Struct, frozen=True):
    """What was typed for a fact, on which clock, and what « demain » is counted from."""

    spec: FactSpec
    text: str
    zone: ZoneInfo
    today: Today | None = None


class Manner(Struct, frozen=True):
    """How the values of a type are written.

    Args:
        holds: what a value is, in the words of `docs/regles.md`.
        example: one, as somebody types it.
        blank: what stands in a command for one that only a person knows.
        advice: how to write one, where what was typed is not repeated.
        read: gives the value of what was typed; raises `NotAValue`.
        shown: how a text is shown, when it is not as it is kept.
    """

    holds: str
    example: str
    blank: str
    advice: str
    read: Callable[[TypedFact], FactValue]
    shown: Callable[[str], str] | None = None


def _boolean(typed: TypedFact) -> bool:
    if typed.text.casefold() not in _YES | _NO:
        raise NotAValue("écrivez « oui » ou « non »")
    return typed.text.casefold() in _YES


def _choice(typed: TypedFact) -> str:
    """Return a value by its id, or by the label that is shown."""
    choices, text = typed.spec.choices, typed.text
    if text in choices:
        return text
    meant = [id_ for id_, label in choices.items() if fold(label) == fold(plain_spaces(text))]
    if len(meant) != 1:
        listed = ", ".join(f"{id_} ({label})" for id_, label in choices.items())
        raise NotAValue(f"choisissez parmi : {listed}")
    return meant[0]


MANNERS: Final[Mapping[FactType, Manner]] = {
    FactType.DATE: Manner(
        "un jour",
        "08/09/2026",
        "JJ/MM/AAAA",
        "écrivez une date comme 08/09/2026",
        lambda typed: civil_day(typed.text, typed.zone, typed.today),
    ),
    FactType.INSTANT: Manner(
        "un jour, avec ou sans heure ; sans elle, 00:00",
        "08/09/2026 09:00",
        "JJ/MM/AAAA HH:MM",
        "écrivez une date comme 08/09/2026, avec ou sans heure",
        lambda typed: moment_typed(typed.text, typed.zone, typed.today),
    ),
    FactType.INTEGER: Manner(
        "un nombre entier, compté en `unit` s’il y en a une",
        "70",
        "NOMBRE",
        "écrivez un nombre entier",
        lambda typed: typed_integer(typed.text, typed.spec.unit),
    ),
    FactType.NUMBER: Manner(
        "un nombre de deux décimales au plus, compté en `unit` s’il y en a une",
        "73,5",
        "NOMBRE",
        "écrivez un nombre, avec deux décimales au plus",
        lambda typed: typed_number(typed.text, typed.spec.unit),
    ),
    FactType.BOOLEAN: Manner("oui ou non", "oui", "OUI-OU-NON", "écrivez oui ou non", _boolean),
    FactType.TEXT: Manner(
        "un texte d’une ligne",
        "Greta de Lyon",
        "TEXTE",
        "écrivez un texte plus court, sans caractère invisible",
        lambda typed: typed.text,
    ),
    FactType.CHOICE: Manner(
        "l’une des valeurs de `choices`, ou son libellé",
        "classique",
        "CHOIX",
        "donnez un numéro de la liste",
        _choice,
    ),
    FactType.REFERENCE: Manner(
        "un numéro que quelqu’un d’autre a donné au dossier ; il se cherche",
        "DRF 2026/004512",
        "NUMÉRO",
        "écrivez un numéro, avec au moins un chiffre",
        lambda typed: registrations.reference(typed.text),
    ),
    FactType.SIRET: Manner(
        "un SIRET, de clé vérifiée ; il se cherche",
        "123 456 782 00010",
        "SIRET",
        "écrivez un SIRET de 14 chiffres, comme 123 456 782 00010",
        lambda typed: registrations.siret(typed.text),
        registrations.siret_shown,
    ),
    FactType.NDA: Manner(
        "un numéro de déclaration d’activité ; il se cherche",
        "11 75 12345 75",
        "NUMÉRO",
        "écrivez un numéro de 11 signes, comme 11 75 12345 75",
        lambda typed: registrations.nda(typed.text),
        registrations.nda_shown,
    ),
    FactType.PHONE: Manner(
        "un numéro de téléphone",
        "01 23 45 67 89",
        "TÉLÉPHONE",
        "écrivez un numéro comme 01 23 45 67 89",
        lambda typed: registrations.phone(typed.text),
        registrations.phone_shown,
    ),
    FactType.MAIL: Manner(
        "une adresse de courriel",
        "nom@exemple.fr",
        "ADRESSE",
        "écrivez une adresse comme nom@exemple.fr",
        lambda typed: registrations.address(typed.text),
    ),
}
"""By type; a test finds the one that has no row here."""
