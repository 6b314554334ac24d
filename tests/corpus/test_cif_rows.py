"""Every row of the domain note on the CIF-CDD, OPACIF by OPACIF, with its limit, one below and one above.

What is expected is worked by hand from the sheet of April 2018 and never read from the rules. A row is named
by its id (CIF-G1 to CIF-G25), or by its section and its topic (« 2.1/cost »). A start is on 3 September 2018.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.corpus.rows import Rows, Said, around, by_row, named, overlaps, plain, row_tests
from tests.support import core
from workflow.case.case import Case, HoursLine
from workflow.counting.context import context_for, ruled_by
from workflow.counting.ways_of_counting import Sitting
from workflow.deadlines.compute import every
from workflow.rules.checks import Check, CheckVerdict
from workflow.rules.deadline_rules import Kind
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Assessment, Contract, assess, window

OK, AMBER, RED, NOTE, SILENT = "conforme", "a_confirmer", "non_conforme", "rappel", None
START = "03/09/2018"


class Opacif(Rows, frozen=True):
    """The rules of one OPACIF, asked about cases made of what people type; and what its document says.

    Args:
        funder: its id.
        said: what its own checks say.
        windows: the deadlines that are computed for it alone.
        section: where the domain note has its rows.
        topics: what these rows are about.
        lines: lines of the document that are about it; general ones come before.
        document: what gives its rules.
    """

    funder: str = ""
    said: tuple[Said, ...] = ()
    windows: frozenset[str] = frozenset()
    section: str = "2.7"
    topics: str = ""
    lines: str = ""
    document: str = "cif-cdd-2018.txt"

    @property
    def procedure(self) -> Procedure:
        """Return the CIF-CDD as the OPACIF rules it."""
        return ruled_by(core.rulebook().procedure(self.procedure_id), self.funder)

    def case(
        self, *hours: HoursLine, state: str = "projet", papers: Iterable[str] = (), **typed: str
    ) -> Case:
        """Return a case of this OPACIF, that starts on 3 September 2018 unless said otherwise."""
        facts = {"demarrage_formation": START, **typed}
        return replace(
            super().case(*hours, state=state, papers=papers, **facts), funder=self.funder
        )

    def dates(self, deadline: str, field: str, *sessions: date, **typed: str) -> object:
        """Return one date of a deadline, None when it has none."""
        case = self.case(**typed)
        context = context_for(
            self.procedure, "FR", (), core.SETTINGS, sessions=map(Sitting, sessions)
        )
        found = every(self.procedure, self.procedure.editions[0], case.facts, context)
        one = next((one for one in found if one.id == deadline), None)
        return getattr(one and one.dates, field, None)

    def seniority(self, history: Iterable[Contract], on: date, **answers: str) -> Assessment:
        """Return what a history is worth for this OPACIF."""
        rules = self.procedure.seniority
        assert rules is not None
        return assess(rules, tuple(history), answers, on)


def one(row: str, check: str, verdict: str | None, words: str = "", **facts: str) -> Said:
    """Return what a check says of some facts."""
    tried = ", ".join(f"{name}={value}" for name, value in facts.items()) or "nothing noted"
    return Said(f"{row} {tried}", check, verdict, words, facts)


def shown(row: str, *checks: tuple[str, str]) -> tuple[Said, ...]:
    """Return what is only recalled, with words of it."""
    return tuple(one(row, check, NOTE, words) for check, words in checks)


def hours(
    row: str, check: str, most: int, over: str, *, rhythm: bool = True, missing: bool = True
) -> tuple[Said, ...]:
    """Return a limit on hours: theory and internship together, under, at and above it."""
    facts = {"rythme": "partiel_discontinu"} if rhythm else {}
    theory, words = str(most - 200), f"{most:,}".replace(",", " ")
    tries = around(
        row,
        check,
        "heures_stage",
        ("199", OK, f"{most - 1:,} h demandées".replace(",", " ")),
        ("200", OK, f"dans la limite de {words} h"),
        ("200,01", over, "h demandées, au-delà de"),
        heures_theorie=theory,
        **facts,
    )
    extra = [one(row, check, OK, "", heures_theorie=str(most), **facts)]
    if missing:
        extra.append(one(row, check, AMBER, "Il manque « Heures d’enseignement", **facts))
    if rhythm:
        extra.append(
            one(row, check, SILENT, rythme="plein_continu", heures_theorie=str(most + 200))
        )
    return (*tries, *extra)


def lasts(row: str, check: str, years: int, words: str, **facts: str) -> tuple[Said, ...]:
    """Return a longest period: the eve of the day some years later, that day, the day after."""
    year = 2018 + years
    return (
        one(row, check, OK, words, fin_formation=f"02/09/{year}", **facts),
        one(row, check, AMBER, "jour pour jour", fin_formation=f"03/09/{year}", **facts),
        one(row, check, AMBER, "de 1 jour", fin_formation=f"04/09/{year}", **facts),
        one(row, check, AMBER, "Il manque « Fin de la formation »", **facts),
    )


def internship(
    row: str, check: str, over_theory: tuple[str, str, str], **facts: str
) -> tuple[Said, ...]:
    """Return the paid part of an internship for 600 hours of theory: under, at and above it."""
    under, at, above = over_theory
    return (
        *around(
            row,
            check,
            "heures_stage",
            ("0", SILENT, ""),
            (under, OK, "des heures d’enseignement, dans la limite"),
            (at, OK, "des heures d’enseignement, dans la limite"),
            (above, AMBER, "le surplus n’est pas rémunéré"),
            heures_theorie="600",
            **facts,
        ),
        one(row, check, AMBER, "Il manque « Heures d’enseignement", heures_stage="180", **facts),
    )


THIRTY = ("179,99", "180", "180,01")
"""30 % of 600 hours of theory are 180 hours: the sheet's own example."""
THIRD = ("199,99", "200", "200,01")


def cap(row: str, check: str, fact: str, *values: str, unit: str, basis: str) -> tuple[Said, ...]:
    """Return a ceiling of cost: under, at and above it, then unknown."""
    under, at, above = values
    label = "Coût horaire" if "horaire" in fact else "Coût total"
    return (
        *around(
            row,
            check,
            fact,
            (under, OK, f"{unit} {basis}, dans la limite"),
            (at, OK, f"dans la limite de {at} {unit} {basis}"),
            (above, AMBER, f"au-delà de {at.removesuffix(',00')}"),
        ),
        one(row, check, AMBER, f"Il manque « {label} de la formation"),
    )


def left(row: str, check: str, basis: str) -> tuple[Said, ...]:
    """Return what is not paid of a cost of 5,000 €: nothing, a cent."""
    cost, paid = f"cout_total_{basis}", f"prise_en_charge_{basis}"
    return (
        one(row, check, OK, "Tout le coût", **{cost: "5000", paid: "5000"}),
        one(row, check, AMBER, "0,01 €", **{cost: "5000", paid: "4999,99"}),
        one(row, check, SILENT, **{cost: "5000"}),
    )


# --- 2.0 General rules -----------------------------------------------------------------------------------

GENERAL = (
    *shown("CIF-G23", ("CIF-G23", "demandé par le salarié")),
    *shown("CIF-G24", ("CIF-G24", "qu’aucun autre financeur ne prend")),
    *around(
        "CIF-G13",
        "CIF-G13",
        "opacif_verifie",
        ("oui", OK, "celui de l’entreprise du dernier CDD"),
        ("non", AMBER, "appelez-le avec le SIRET"),
    ),
    one("CIF-G13", "CIF-G13", AMBER, "dans le BIAF"),
    *shown("CIF-G22", ("CIF-G22", "Tous les dossiers ne sont pas acceptés")),
    *shown("CIF-G1", ("CIF-G1", "24 mois de travail salarié de droit privé")),
    *shown("CIF-G2", ("CIF-G2", "4 mois ou 122 jours en CDD")),
    *shown("CIF-G3", ("CIF-G3", "reçu le 14 juin 2017 regarde du 15 juin 2016 au 14 juin 2017")),
    *shown("CIF-G4", ("CIF-G4", "2 à 3 mois avant la formation")),
    *shown("CIF-G5", ("CIF-G5", "CUI-CAE (sauf UNIFORMATION)")),
    *shown("CIF-G6", ("CIF-G6", "Avant 26 ans, 12 mois")),
    *shown("CIF-G7", ("CIF-G7", "professionnalisation et apprentissage comptent")),
    *shown("CIF-G8", ("CIF-G8", "UNIFAF et UNIFORMATION")),
    *around(
        "CIF-G9",
        "CIF-G9",
        "rythme",
        ("plein_continu", NOTE, "52 semaines effectives au plus"),
        ("partiel_discontinu", NOTE, "1 200 h au plus"),
    ),
    one("CIF-G9", "CIF-G9", AMBER, "Il manque « Rythme de la formation »"),
    *around(
        "CIF-G10",
        "CIF-G10",
        "fin_dernier_cdd",
        ("04/09/2017", OK, "au plus tard 12 mois"),
        ("03/09/2017", OK, "au plus tard 12 mois"),
        ("02/09/2017", RED, "1 jour trop tard"),
    ),
    one("CIF-G10", "CIF-G10", AMBER, "Il manque « Fin du dernier CDD »"),
    *around(
        "CIF-G11",
        "CIF-G11",
        "accord_employeur",
        ("oui", OK, "L’employeur a donné son accord"),
        ("non", RED, "Sans l’accord de l’employeur"),
        pendant_cdd="partie",
    ),
    one("CIF-G11", "CIF-G11", AMBER, "Il manque « Autorisation", pendant_cdd="totalite"),
    one("CIF-G11", "CIF-G11", SILENT, pendant_cdd="apres", accord_employeur="non"),
    *around(
        "CIF-G12",
        "CIF-G12-a",
        "mois_entreprise",
        ("11", AMBER, "il faut plus d’un an"),
        ("12", AMBER, "12 mois dans l’entreprise : il faut plus d’un an"),
        ("13", OK, "13 mois dans l’entreprise, plus d’un an"),
        hors_temps_travail="oui",
    ),
    one("CIF-G12", "CIF-G12-a", AMBER, "Il manque « Ancienneté", hors_temps_travail="oui"),
    one("CIF-G12", "CIF-G12-a", SILENT, hors_temps_travail="non", mois_entreprise="1"),
    *around(
        "CIF-G12",
        "CIF-G12-b",
        "fin_formation",
        ("29/03/2019", OK, "finit avant la fin du CDD"),
        ("30/03/2019", OK, "finit avant la fin du CDD"),
        ("31/03/2019", AMBER, "finit 1 jour après la fin du CDD"),
        hors_temps_travail="oui",
        fin_dernier_cdd="30/03/2019",
    ),
    one("CIF-G12", "CIF-G12-b", AMBER, "Il manque", hors_temps_travail="oui"),
    *shown("CIF-G14", ("CIF-G14", "4 derniers mois en CDD")),
    # 2 × 9,88 € (SMIC of 2018, the start is in September) are 19,76 €.
    *around(
        "CIF-G15",
        "CIF-G15-a",
        "salaire_horaire",
        ("19,75", OK, "au moins 100 %"),
        ("19,76", OK, "200 % du SMIC, pas plus de 200 %"),
        ("19,77", AMBER, "80 à 90 %"),
    ),
    one("CIF-G15", "CIF-G15-a", AMBER, "Il manque « Salaire horaire brut antérieur »"),
    *shown("CIF-G17", ("CIF-G17", "stagiaire de la formation professionnelle")),
    *shown("CIF-G16", ("CIF-G16", "n’est pas toujours rémunéré")),
    *shown("CIF-G19", ("CIF-G19", "BIAF"), ("CIF-G19", "4 derniers mois travaillés en CDD")),
    *shown("CIF-G20", ("CIF-G20", "propres à chaque OPACIF")),
    *shown("CIF-G25", ("CIF-G25-a", "évolution professionnelle"), ("CIF-G25-b", "lettre")),
    *shown("CIF-G21", ("CIF-G21", "plus d’un an")),
    *shown("CIF-G18", ("CIF-G18", "reste demandeur d’emploi")),
)

# --- 2.1 FAFSEA ------------------------------------------------------------------------------------------

FAFSEA = (
    *shown("2.1/domain", ("FAFSEA-domaine", "CUMA")),
    *around(
        "2.1/domain",
        "FAFSEA-etablissement-public",
        "contribution_volontaire",
        ("oui", OK, "a adressé la liste"),
        ("non", RED, "ne relève pas du FAFSEA"),
    ),
    *shown("2.1/seniority-1", ("FAFSEA-anciennete-1", "12 mois ou 1 820 h")),
    *shown("2.1/seniority-2", ("FAFSEA-anciennete-2", "24 mois ou 3 640 h")),
    *shown("2.1/reference-date", ("FAFSEA-anciennete-date", "réception de la demande")),
    *shown("2.1/note-1", ("FAFSEA-anciennete-607", "607 h en CDD valent 4 mois")),
    *shown("2.1/note-2", ("FAFSEA-anciennete-exclus", "aucune exception")),
    *hours("2.1/duration", "FAFSEA-duree-heures", 1200, RED),
    *lasts("2.1/duration", "FAFSEA-duree-annee", 1, "tient en un an", rythme="plein_continu"),
    *lasts(
        "2.1/duration", "FAFSEA-duree-24-mois", 2, "tient en 24 mois", rythme="partiel_discontinu"
    ),
    *shown("2.1/during", ("FAFSEA-pendant-cdd", "en tout ou partie")),
    *cap(
        "2.1/cost",
        "FAFSEA-cout-horaire",
        "cout_horaire_ttc",
        "27,44",
        "27,45",
        "27,46",
        unit="€/h",
        basis="TTC",
    ),
    *cap(
        "2.1/cost",
        "FAFSEA-cout-total",
        "cout_total_ttc",
        "17999,99",
        "18 000,00",
        "18000,01",
        unit="€",
        basis="TTC",
    ),
    *left("2.1/cost", "FAFSEA-reste-a-charge", "ttc"),
    # 110 % of 10 € are 11 €.
    *around(
        "2.1/ancillary",
        "FAFSEA-annexes-salaire",
        "salaire_horaire",
        ("10,99", OK, "du SMIC, pas plus de 110 %"),
        ("11", OK, "110 % du SMIC"),
        ("11,01", RED, "plus de 110 %"),
        frais_annexes_demandes="oui",
        smic_horaire="10",
    ),
    one("2.1/ancillary", "FAFSEA-annexes-salaire", AMBER, "110 %", frais_annexes_demandes="oui"),
    one("2.1/ancillary", "FAFSEA-annexes-salaire", SILENT, frais_annexes_demandes="non"),
    *around(
        "2.1/ancillary",
        "FAFSEA-annexes-jour",
        "frais_annexes_jour",
        ("129,99", OK, "dans la limite de 130,00 €"),
        ("130", OK, "dans la limite de 130,00 €"),
        ("130,01", AMBER, "le forfait s’arrête à 130 €"),
        frais_annexes_demandes="oui",
    ),
    one("2.1/ancillary", "FAFSEA-annexes-jour", AMBER, "130 €", frais_annexes_demandes="oui"),
    *internship("2.1/internship", "FAFSEA-stage-part", THIRTY, certification="aucune"),
    *internship("2.1/internship", "FAFSEA-stage-derogation", THIRTY, certification="rncp"),
    one("2.1/distance", "FAFSEA-distance", AMBER, "renvoie au FAFSEA", a_distance="oui"),
    one("2.1/distance", "FAFSEA-distance", SILENT, a_distance="non"),
    *around(
        "2.1/priority",
        "FAFSEA-etoiles",
        "etoiles",
        ("13", AMBER, "13 étoiles : l’avis favorable est acquis à 14"),
        ("14", OK, "14 étoiles, au moins 14"),
        ("15", OK, "15 étoiles"),
    ),
    one("2.1/priority", "FAFSEA-etoiles", AMBER, "Il manque « Étoiles"),
    *shown(
        "2.1/procedure", ("FAFSEA-procedure", "délégation régionale"), ("FAFSEA-procedure", "ligne")
    ),
    *shown("2.1/frequency", ("FAFSEA-commissions", "une commission par mois")),
    *shown("2.1/reply", ("FAFSEA-reponse", "ne sont pas communiqués")),
    *shown("2.1/recours", ("FAFSEA-recours", "2 mois de sa notification")),
)

# --- 2.2 Fongecif Bourgogne Franche-Comté ----------------------------------------------------------------

EXCLUDED = (
    "permis_simple",
    "distance",
    "bepecaser",
    "pilote",
    "admissibilite",
    "travail_personnel",
    "cours_particuliers",
    "redoublement",
)


def legal_minimum(row: str, check: str) -> tuple[Said, ...]:
    """Return an internship of a recognised course against a legal minimum of 300 hours."""
    return (
        *around(
            row,
            check,
            "heures_stage",
            ("299,99", OK, "rémunéré à 100 %"),
            ("300", OK, "rémunéré à 100 %"),
            ("300,01", AMBER, "dépasse de 0,01 h"),
            certification="rncp",
            heures_stage_minimum="300",
        ),
        one(row, check, AMBER, "Il manque", certification="cqp", heures_stage="300"),
        one(row, check, SILENT, certification="aucune", heures_stage="300"),
    )


BFC = (
    *shown(
        "2.2/domain",
        ("BFC-domaine", "transport-logistique"),
        ("BFC-particuliers-employeurs", "à chacun"),
        ("BFC-particuliers-employeurs", "8710A"),
    ),
    *shown("2.2/24-months", ("BFC-anciennete-public", "pas celles de fonctionnaire")),
    *shown("2.2/4-months", ("BFC-anciennete-608", "valent 608 h")),
    *shown("2.2/counted", ("BFC-anciennete-comptes", "CUI-CIE")),
    *shown("2.2/not-counted", ("BFC-anciennete-exclus", "emplois d’avenir non marchands")),
    *shown("2.2/under-26", ("BFC-anciennete-jeunes", "12 mois en 5 ans")),
    *around(
        "2.2/duration",
        "BFC-duree-semaines",
        "semaines_effectives",
        ("51", OK, "dans la limite de 52"),
        ("52", OK, "dans la limite de 52"),
        ("53", RED, "53 semaines effectives demandées, au-delà de 52"),
        rythme="plein_continu",
    ),
    one("2.2/duration", "BFC-duree-semaines", AMBER, "Il manque", rythme="plein_continu"),
    *lasts("2.2/duration", "BFC-duree-annee", 1, "tient en un an", rythme="plein_continu"),
    *around(
        "2.2/duration",
        "BFC-duree-semaine",
        "heures_par_semaine",
        ("29,99", RED, "il en faut au moins 30 h"),
        ("30", OK, "au moins 30 h"),
        ("35", OK, "35 h par semaine"),
        rythme="plein_continu",
    ),
    one("2.2/duration", "BFC-duree-semaine", AMBER, "Il manque", rythme="plein_continu"),
    *hours("2.2/duration", "BFC-duree-heures", 1200, RED),
    *lasts("2.2/duration", "BFC-duree-3-ans", 3, "tient en 3 ans", rythme="partiel_discontinu"),
    *around(
        "2.2/duration",
        "BFC-duree-minimum",
        "heures_theorie",
        ("119,99", AMBER, "il en faut au moins 120 h"),
        ("120", OK, "120 h en centre"),
        ("121", OK, "121 h en centre"),
    ),
    one("2.2/duration", "BFC-duree-minimum", AMBER, "Il manque"),
    *shown("2.2/during", ("BFC-pendant-cdd", "reste rare")),
    *cap(
        "2.2/cost",
        "BFC-cout-horaire",
        "cout_horaire_ht",
        "27,44",
        "27,45",
        "27,46",
        unit="€/h",
        basis="HT",
    ),
    *cap(
        "2.2/cost",
        "BFC-cout-total",
        "cout_total_ht",
        "17999,99",
        "18 000,00",
        "18000,01",
        unit="€",
        basis="HT",
    ),
    *left("2.2/cost", "BFC-reste-a-charge", "ht"),
    *around(
        "2.2/cost",
        "BFC-cout-salaire",
        "salaire_horaire",
        ("19,51", OK, "rien n’est laissé"),
        ("19,52", OK, "rien n’est laissé"),
        ("19,53", AMBER, "une part du coût peut être laissée"),
        demarrage_formation="04/09/2017",
    ),
    *around(
        "2.2/cost",
        "BFC-cout-salaire",
        "salaire_horaire",
        ("19,52", AMBER, "au-dessus de 2 × le SMIC"),
        demarrage_formation="03/09/2012",
    ),
    *around(
        "2.2/ancillary",
        "BFC-annexes-distance",
        "distance_aller_km",
        ("39", RED, "il faut plus de 40 km"),
        ("40", RED, "40 km à l’aller : il faut plus de 40 km"),
        ("40,1", OK, "10 € par jour"),
        frais_annexes_demandes="oui",
    ),
    one("2.2/ancillary", "BFC-annexes-distance", AMBER, "40 km", frais_annexes_demandes="oui"),
    *shown(
        "2.2/ancillary",
        ("BFC-annexes-demande", "au dépôt du dossier"),
        ("BFC-annexes-repas", "ne sont pas pris en charge"),
        ("BFC-annexes-remarque", "est bien vu"),
    ),
    *legal_minimum("2.2/internship", "BFC-stage-minimum-legal"),
    *internship("2.2/internship", "BFC-stage-part", THIRTY, certification="aucune"),
    *shown("2.2/internship", ("BFC-stage-exemple", "180 h")),
    *shown("2.2/pay", ("BFC-remuneration", "prime de précarité")),
    *(one("2.2/excluded", "BFC-exclusions", RED, "exclue", exclusion=name) for name in EXCLUDED),
    one("2.2/excluded", "BFC-exclusions", OK, "aucun cas", exclusion="aucun"),
    one("2.2/excluded", "BFC-exclusions", AMBER, "Il manque"),
    *shown("2.2/excluded", ("BFC-timbres", "timbres fiscaux")),
    one("2.2/excluded", "BFC-distance", RED, "sont exclues", a_distance="oui"),
    one("2.2/excluded", "BFC-distance", SILENT, a_distance="non"),
    *around(
        "2.2/outside-eu",
        "BFC-hors-ue",
        "formation_equivalente_ue",
        ("non", OK, "peut être admise"),
        ("oui", RED, "choisissez-la"),
        lieu_formation="hors_ue",
    ),
    one("2.2/outside-eu", "BFC-hors-ue", AMBER, "Il manque", lieu_formation="hors_ue"),
    one("2.2/outside-eu", "BFC-hors-ue", SILENT, lieu_formation="ue"),
    *shown("2.2/priorities", ("BFC-priorites", "niveau V à I")),
    *shown("2.2/procedure", ("BFC-procedure", "avec le SIRET")),
    *shown("2.2/reply", ("BFC-acceptation", "n’est pas communiqué")),
    *around(
        "2.2/re-presentation",
        "BFC-presentations",
        "presentations_douze_mois",
        ("1", OK, "Première présentation"),
        ("2", AMBER, "c’est la dernière"),
        ("3", RED, "3 présentations sur 12 mois, plus de 2"),
    ),
)

# --- 2.3 Fongecif Auvergne-Rhône-Alpes -------------------------------------------------------------------

ARA = (
    *shown(
        "2.3/domain",
        ("ARA-domaine", "transport-logistique"),
        ("ARA-particuliers-employeurs", "ils avancent le salaire"),
    ),
    *shown("2.3/seasonal", ("ARA-anciennete-saisonniers", "15 mois de travail salarié")),
    *shown("2.3/under-26", ("ARA-anciennete-jeunes", "secteur public compris")),
    *around(
        "2.3/duration",
        "ARA-duree-minimum",
        "heures_theorie",
        ("39,99", AMBER, "il en faut au moins 40 h"),
        ("40", OK, "40 h, au moins 40 h"),
        ("41", OK, "41 h"),
    ),
    one("2.3/duration", "ARA-duree-minimum", OK, "40 h", heures_theorie="39", heures_stage="1"),
    *hours("2.3/duration", "ARA-duree-heures", 1200, RED),
    *lasts("2.3/duration", "ARA-duree-annee", 1, "tient en un an", rythme="plein_continu"),
    *shown("2.3/duration", ("ARA-derniere-annee", "seule la dernière année")),
    *shown("2.3/during", ("ARA-pendant-cdd", "est possible")),
    *cap(
        "2.3/cost",
        "ARA-cout-horaire",
        "cout_horaire_ht",
        "27,44",
        "27,45",
        "27,46",
        unit="€/h",
        basis="HT",
    ),
    *cap(
        "2.3/cost",
        "ARA-cout-total",
        "cout_total_ht",
        "17999,99",
        "18 000,00",
        "18000,01",
        unit="€",
        basis="HT",
    ),
    *left("2.3/cost", "ARA-reste-a-charge", "ht"),
    *around(
        "2.3/ancillary",
        "ARA-annexes-distance",
        "distance_aller_retour_km",
        ("149", RED, "il faut plus de 150 km"),
        ("150", RED, "150 km aller et retour : il faut plus de 150 km"),
        ("150,1", OK, "10 € par nuit"),
        frais_annexes_demandes="oui",
    ),
    one("2.3/ancillary", "ARA-annexes-distance", AMBER, "150 km", frais_annexes_demandes="oui"),
    *shown(
        "2.3/ancillary",
        ("ARA-annexes-demande", "avec le dépôt du dossier"),
        ("ARA-annexes-repas", "ne sont pas pris en charge"),
    ),
    *legal_minimum("2.3/internship", "ARA-stage-minimum-legal"),
    *internship("2.3/internship", "ARA-stage-part", THIRTY, certification="aucune"),
    *shown("2.3/internship", ("ARA-stage-exemple", "180 h")),
    one("2.3/distance", "ARA-distance", NOTE, "stages et les regroupements", a_distance="oui"),
    *shown(
        "2.3/priorities",
        ("ARA-priorites", "première qualification"),
        ("ARA-priorites-situation", "ne la notez pas au dossier"),
    ),
    *around(
        "2.3/non-priority",
        "ARA-non-prioritaire",
        "formation_non_prioritaire",
        ("oui", AMBER, "examinée après les autres"),
        ("non", OK, "n’est pas sur la liste"),
    ),
    one("2.3/non-priority", "ARA-non-prioritaire", AMBER, "Il manque"),
    one("2.3/special", "ARA-concours", AMBER, "une fois les résultats connus", concours="oui"),
    one("2.3/special", "ARA-concours", SILENT, concours="non"),
    one(
        "2.3/special",
        "ARA-concours",
        OK,
        "sont connus",
        concours="oui",
        resultats_concours_le="02/07/2018",
    ),
    *around(
        "2.3/special",
        "ARA-concours-commission",
        "commission_le",
        ("01/07/2018", RED, "précède les résultats"),
        ("02/07/2018", OK, "précèdent la commission"),
        ("03/07/2018", OK, "précèdent la commission"),
        concours="oui",
        resultats_concours_le="02/07/2018",
    ),
    one("2.3/procedure", "ARA-procedure", AMBER, "information collective"),
    one("2.3/procedure", "ARA-procedure", OK, "a eu lieu", entretien_opacif_le="02/05/2018"),
    *shown("2.3/acceptance", ("ARA-acceptation", "70 %")),
    *shown("2.3/recours", ("ARA-recours", "devant la prochaine commission")),
)

# --- 2.4 OPCALIM -----------------------------------------------------------------------------------------

OPCALIM = (
    *shown("2.4/domain", ("OPCALIM-domaine", "coopération agricole")),
    *hours("2.4/duration", "OPCALIM-duree-heures", 1200, RED, rhythm=False),
    one("2.4/duration", "OPCALIM-duree-heures", OK, "1 h demandées", heures_theorie="1"),
    *shown("2.4/during", ("OPCALIM-pendant-cdd", "autorisation d’absence")),
    *shown(
        "2.4/cost",
        ("OPCALIM-cout-horaire", "pas de plafond"),
        ("OPCALIM-reste-a-charge", "rien n’est laissé"),
    ),
    # 2,5 × 9,88 € are 24,70 €.
    *around(
        "2.4/cost",
        "OPCALIM-cout-total",
        "salaire_horaire",
        ("24,69", OK, "n’est pas plafonné"),
        ("24,70", OK, "250 % du SMIC"),
        ("24,71", AMBER, "plus de 250 %"),
        smic_horaire="9,88",
    ),
    one("2.4/cost", "OPCALIM-cout-total", AMBER, "Il manque"),
    *around(
        "2.4/ancillary",
        "OPCALIM-annexes-distance",
        "distance_formation_similaire_km",
        ("399,9", RED, "à 399,9 km du domicile, moins de 400"),
        ("400", OK, "à moins de 400 km"),
        ("401", OK, "à moins de 400 km"),
        frais_annexes_demandes="oui",
    ),
    one("2.4/ancillary", "OPCALIM-annexes-distance", AMBER, "400", frais_annexes_demandes="oui"),
    *around(
        "2.4/ancillary",
        "OPCALIM-annexes-jours",
        "jours_frais_annexes",
        ("62", OK, "dans la limite de 63 jours"),
        ("63", OK, "dans la limite de 63 jours"),
        ("64", AMBER, "seuls les 63 premiers jours"),
        frais_annexes_demandes="oui",
    ),
    one("2.4/ancillary", "OPCALIM-annexes-jours", AMBER, "63", frais_annexes_demandes="oui"),
    *around(
        "2.4/internship",
        "OPCALIM-stage-referentiel",
        "stage_conforme_referentiel",
        ("oui", OK, "rémunéré à 100 %"),
        ("non", AMBER, "30 % des heures d’enseignement"),
        certification="rncp",
        heures_stage="400",
    ),
    one(
        "2.4/internship",
        "OPCALIM-stage-referentiel",
        AMBER,
        "Il manque",
        certification="rncp",
        heures_stage="400",
    ),
    *internship("2.4/internship", "OPCALIM-stage-part", THIRTY, certification="cqp"),
    *internship(
        "2.4/internship",
        "OPCALIM-stage-part-rncp",
        THIRTY,
        certification="rncp",
        stage_conforme_referentiel="non",
    ),
    *shown("2.4/excluded", ("OPCALIM-exclusions", "Aucune formation n’est exclue")),
    one("2.4/distance", "OPCALIM-distance", NOTE, "regroupements", a_distance="oui"),
    *shown("2.4/vae", ("OPCALIM-vae", "Aucune disposition particulière")),
    *shown(
        "2.4/priorities",
        ("OPCALIM-priorites", "41 à 55 ans"),
        ("OPCALIM-points", "accepté d’office"),
    ),
    *around(
        "2.4/priorities",
        "OPCALIM-points",
        "points_maximum",
        ("oui", OK, "accepté d’office, sans commission"),
        ("non", NOTE, "passe en commission"),
    ),
    *shown("2.4/procedure", ("OPCALIM-procedure", "Téléchargez")),
    *shown("2.4/dates", ("OPCALIM-commissions", "17 mars, 7 juillet, 6 octobre, 1er décembre")),
    *shown("2.4/reply", ("OPCALIM-reponse", "ne sont pas communiqués")),
    *around(
        "2.4/re-examination",
        "OPCALIM-recours",
        "element_nouveau",
        ("oui", OK, "tout de suite"),
        ("non", AMBER, "l’année suivante"),
        refus_notifie_le="01/06/2018",
    ),
    one("2.4/re-examination", "OPCALIM-recours", AMBER, "Il manque", refus_notifie_le="01/06/2018"),
    one("2.4/re-examination", "OPCALIM-recours", SILENT, element_nouveau="non"),
)

# --- 2.5 UNIFAF ------------------------------------------------------------------------------------------

UNIFAF = (
    *shown("2.5/domain", ("UNIFAF-domaine", "à but non lucratif")),
    *shown(
        "2.5/seniority",
        ("UNIFAF-anciennete-contrats", "pas dans les 4 mois"),
        ("UNIFAF-anciennete-public", "ne comptent pas dans les 24 mois"),
        ("UNIFAF-anciennete-jeunes", "Aucune règle particulière"),
    ),
    *around(
        "2.5/duration",
        "UNIFAF-duree-minimum",
        "heures_theorie",
        ("34,99", RED, "il en faut au moins 35 h"),
        ("35", OK, "35 h, au moins 35 h"),
        ("36", OK, "36 h"),
    ),
    *hours("2.5/duration", "UNIFAF-duree-heures", 1200, AMBER),
    *lasts("2.5/duration", "UNIFAF-duree-annee", 1, "tient en un an", rythme="plein_continu"),
    *lasts("2.5/duration", "UNIFAF-duree-3-ans", 3, "tient en 3 ans", rythme="partiel_discontinu"),
    *around(
        "2.5/during",
        "UNIFAF-pendant-cdd",
        "hors_temps_travail",
        ("oui", RED, "n’est pas possible"),
        ("non", OK, "sur le temps de travail"),
        pendant_cdd="partie",
    ),
    one("2.5/during", "UNIFAF-pendant-cdd", AMBER, "Il manque", pendant_cdd="totalite"),
    one("2.5/during", "UNIFAF-pendant-cdd", SILENT, pendant_cdd="apres", hors_temps_travail="oui"),
    *shown(
        "2.5/cost",
        ("UNIFAF-cout-horaire", "pas de coût horaire maximum"),
        ("UNIFAF-cout-total", "un an ou de 1 200 h"),
    ),
    *around(
        "2.5/ancillary",
        "UNIFAF-annexes",
        "frais_annexes_demandes",
        ("oui", RED, "ne paie ni hébergement"),
        ("non", OK, "Aucun frais annexe"),
    ),
    *around(
        "2.5/internship",
        "UNIFAF-stage-diplome",
        "diplome_branche",
        ("branche", OK, "en totalité"),
        ("hors_branche", NOTE, "30 % des heures d’enseignement"),
        ("aucun", AMBER, "n’est pas rémunéré"),
        heures_stage="100",
    ),
    one("2.5/internship", "UNIFAF-stage-diplome", AMBER, "Il manque", heures_stage="100"),
    one("2.5/internship", "UNIFAF-stage-diplome", SILENT, heures_stage="0"),
    *internship("2.5/internship", "UNIFAF-stage-part", THIRTY, diplome_branche="hors_branche"),
    one("2.5/distance", "UNIFAF-distance", NOTE, "si l’employeur est d’accord", a_distance="oui"),
    *around(
        "2.5/distance",
        "UNIFAF-distance-stage",
        "stage_hors_entreprise",
        ("oui", OK, "le salaire est pris en charge"),
        ("non", AMBER, "le salaire n’y est pas pris en charge"),
        a_distance="oui",
        diplome_branche="branche",
        heures_stage="70",
    ),
    one(
        "2.5/distance",
        "UNIFAF-distance-stage",
        AMBER,
        "Il manque",
        a_distance="oui",
        diplome_branche="branche",
        heures_stage="70",
    ),
    *shown("2.5/priorities", ("UNIFAF-priorites", "ne sont pas cotés")),
    *shown(
        "2.5/procedure",
        ("UNIFAF-procedure", "avec le SIRET"),
        ("UNIFAF-envoi", "reçu 2 mois avant la formation"),
    ),
    *shown("2.5/commission", ("UNIFAF-traitement", "pas de commission")),
    *shown("2.5/re-examination", ("UNIFAF-recours", "ne réexamine pas")),
    *around(
        "2.5/re-examination",
        "UNIFAF-recours-note",
        "recours_forme_le",
        ("02/06/2018", RED, "ne réexamine pas un dossier refusé"),
        refus_notifie_le="01/06/2018",
    ),
    one("2.5/re-examination", "UNIFAF-recours-note", SILENT, refus_notifie_le="01/06/2018"),
)

# --- 2.6 UNIFORMATION ------------------------------------------------------------------------------------

BOTH = {"certification": "rncp", "niveau_formation": "iv"}

UNIFORMATION = (
    *shown("2.6/domain", ("UNIFORMATION-domaine", "aide à domicile")),
    *shown("2.6/seniority", ("UNIFORMATION-anciennete", "18 dans l’animation")),
    *shown("2.6/counted", ("UNIFORMATION-anciennete-contrats", "« peuvent » compter")),
    *shown("2.6/under-26", ("UNIFORMATION-anciennete-jeunes", "Aucune règle particulière")),
    *around(
        "2.6/duration",
        "UNIFORMATION-duree-minimum",
        "heures_theorie",
        ("34,99", RED, "il en faut au moins 35 h"),
        ("35", OK, "35 h, au moins 35 h"),
        ("36", OK, "36 h"),
    ),
    *hours("2.6/duration", "UNIFORMATION-duree-heures", 1607, RED, rhythm=False),
    *around(
        "2.6/during",
        "UNIFORMATION-pendant-cdd",
        "pendant_cdd",
        ("totalite", RED, "elle doit continuer après sa fin"),
        ("partie", AMBER, "rare et non prioritaire"),
        ("apres", OK, "après la fin du CDD"),
    ),
    one("2.6/during", "UNIFORMATION-pendant-cdd", AMBER, "Il manque"),
    *around(
        "2.6/during",
        "UNIFORMATION-apres-cdd",
        "fin_formation",
        ("29/03/2019", RED, "elle doit continuer après"),
        ("30/03/2019", RED, "elle doit continuer après"),
        ("31/03/2019", OK, "continue après la fin du CDD"),
        fin_dernier_cdd="30/03/2019",
    ),
    *cap(
        "2.6/cost",
        "UNIFORMATION-cout-horaire",
        "cout_horaire_ht",
        "14,99",
        "15,00",
        "15,01",
        unit="€/h",
        basis="HT",
    ),
    *shown("2.6/cost", ("UNIFORMATION-cout-total", "ne donne pas de plafond")),
    *left("2.6/cost", "UNIFORMATION-reste-a-charge", "ht"),
    one(
        "2.6/ancillary",
        "UNIFORMATION-annexes",
        OK,
        "estimés dans le dossier",
        frais_annexes_demandes="oui",
        frais_annexes_estimes="350",
    ),
    one("2.6/ancillary", "UNIFORMATION-annexes", AMBER, "Il manque", frais_annexes_demandes="oui"),
    one("2.6/ancillary", "UNIFORMATION-annexes", SILENT, frais_annexes_demandes="non"),
    one(
        "2.6/ancillary",
        "UNIFORMATION-annexes-etranger",
        AMBER,
        "à l’étranger",
        frais_annexes_demandes="oui",
        stage_etranger="oui",
    ),
    one(
        "2.6/ancillary",
        "UNIFORMATION-annexes-etranger",
        SILENT,
        frais_annexes_demandes="oui",
        stage_etranger="non",
    ),
    one(
        "2.6/internship",
        "UNIFORMATION-stage-rncp",
        OK,
        "tout le stage est rémunéré",
        certification="rncp",
        heures_stage="900",
    ),
    *internship("2.6/internship", "UNIFORMATION-stage-part", THIRD, certification="branche"),
    # 25 % of 600 + 200 hours are 200 hours.
    *around(
        "2.6/personal-work",
        "UNIFORMATION-travail-personnel",
        "heures_travail_personnel",
        ("0", SILENT, ""),
        ("199,99", OK, "dans la limite de 25 %"),
        ("200", OK, "25 % de la durée totale"),
        ("200,01", AMBER, "seuls 25 %"),
        heures_theorie="600",
        heures_stage="200",
    ),
    one(
        "2.6/personal-work",
        "UNIFORMATION-travail-personnel",
        AMBER,
        "Il manque",
        heures_travail_personnel="10",
    ),
    one("2.6/distance", "UNIFORMATION-distance", AMBER, "la fiche ne dit rien", a_distance="oui"),
    *around(
        "2.6/abroad",
        "UNIFORMATION-etranger-organisme",
        "organisme_en_france",
        ("oui", OK, "est en France"),
        ("non", RED, "doit être en France"),
        lieu_formation="ue",
    ),
    one("2.6/abroad", "UNIFORMATION-etranger-organisme", AMBER, "Il manque", lieu_formation="ue"),
    one("2.6/abroad", "UNIFORMATION-etranger-organisme", SILENT, lieu_formation="france"),
    *around(
        "2.6/abroad",
        "UNIFORMATION-etranger-hors-ue",
        "formation_equivalente_ue",
        ("non", OK, "n’existe pas dans l’Union européenne"),
        ("oui", RED, "choisissez-la"),
        lieu_formation="hors_ue",
    ),
    one("2.6/abroad", "UNIFORMATION-etranger-hors-ue", AMBER, "manque", lieu_formation="hors_ue"),
    *around(
        "2.6/priorities",
        "UNIFORMATION-priorite-rncp",
        "certification",
        ("rncp", OK, "premier critère rempli"),
        ("cqp", NOTE, "non prioritaire"),
    ),
    one("2.6/priorities", "UNIFORMATION-priorite-rncp", AMBER, "Il manque"),
    *around(
        "2.6/priorities",
        "UNIFORMATION-priorite-niveau",
        "niveau_formation",
        ("v", OK, "second critère rempli"),
        ("iv", OK, "second critère rempli"),
        ("iii", NOTE, "non prioritaire"),
    ),
    one("2.6/priorities", "UNIFORMATION-priorite-niveau", AMBER, "Il manque"),
    *around(
        "2.6/priorities",
        "UNIFORMATION-prioritaire-oui",
        "prioritaire",
        ("oui", OK, "noté prioritaire"),
        ("non", AMBER, "corrigez"),
        **BOTH,
    ),
    one("2.6/priorities", "UNIFORMATION-prioritaire-oui", AMBER, "notez", **BOTH),
    *around(
        "2.6/priorities",
        "UNIFORMATION-prioritaire-rncp",
        "prioritaire",
        ("oui", AMBER, "Un critère manque"),
        ("non", OK, "noté non prioritaire"),
        certification="cqp",
    ),
    *around(
        "2.6/priorities",
        "UNIFORMATION-prioritaire-niveau",
        "prioritaire",
        ("oui", AMBER, "Un critère manque"),
        ("non", OK, "noté non prioritaire"),
        niveau_formation="iii",
    ),
    *shown(
        "2.6/priorities",
        ("UNIFORMATION-priorite-fonds", "60 %"),
        ("UNIFORMATION-priorite-fonds", "30 %"),
        ("UNIFORMATION-priorite-fonds", "10 %"),
        ("UNIFORMATION-pendant-cdd-priorite", "n’est pas prioritaire"),
    ),
    *around(
        "2.6/reply",
        "UNIFORMATION-priorite-reponse",
        "depose_le",
        ("02/03/2018", OK, "au moins 6 mois"),
        ("03/03/2018", OK, "au moins 6 mois"),
        ("04/03/2018", AMBER, "de moins de 6 mois"),
        prioritaire="non",
    ),
    one("2.6/reply", "UNIFORMATION-priorite-reponse", SILENT, prioritaire="oui"),
    *shown("2.6/reply", ("UNIFORMATION-reponse", "sous 2 mois s’il est prioritaire, 6 mois sinon")),
    *around(
        "2.6/post-vae",
        "UNIFORMATION-post-vae",
        "reduction_vae",
        ("49,99", AMBER, "il en faut au moins 50 %"),
        ("50", OK, "traité en priorité"),
        ("51", OK, "51 %"),
        post_vae="oui",
    ),
    one("2.6/post-vae", "UNIFORMATION-post-vae", AMBER, "Il manque", post_vae="oui"),
    one("2.6/post-vae", "UNIFORMATION-post-vae", SILENT, post_vae="non"),
    one("2.6/post-vae", "UNIFORMATION-procedure-vae", NOTE, "2 mois avant", post_vae="oui"),
    *shown("2.6/procedure", ("UNIFORMATION-procedure", "UNIFORMATION Paris")),
    *shown("2.6/frequency", ("UNIFORMATION-commissions", "Une commission par mois")),
    *shown("2.6/recours", ("UNIFORMATION-recours", "10 % des fonds")),
)

# --- 2.7 Contact-only OPACIF -----------------------------------------------------------------------------


def contact_only(funder: str, words: str, lines: str) -> Opacif:
    """Return an OPACIF of which the sheet only gives a contact."""
    row, prefix = f"2.7/{funder}", funder.upper()
    said = (
        *shown(row, (f"{prefix}-domaine", words), (f"{prefix}-domaine", "consultez l’OPACIF")),
        *around(
            row,
            f"{prefix}-duree-semaines",
            "semaines_effectives",
            ("51", OK, "dans la limite de 52"),
            ("52", OK, "dans la limite de 52"),
            ("53", AMBER, "faites confirmer par l’OPACIF"),
            rythme="plein_continu",
        ),
        one(row, f"{prefix}-duree-semaines", AMBER, "Il manque", rythme="plein_continu"),
        *hours(row, f"{prefix}-duree-heures", 1200, AMBER),
    )
    return Opacif("cif-cdd", funder, said=said, topics=funder, lines=lines)


OPACIFS = (
    Opacif(
        "cif-cdd",
        "fafsea",
        said=FAFSEA,
        windows=frozenset({"depot", "recours"}),
        section="2.1",
        topics="opening closing commission gap frequency reply recours seniority-1 seniority-2 "
        "reference-date note-1 note-2 priority duration cost ancillary internship distance procedure "
        "during domain",
        lines="475-735",
    ),
    Opacif(
        "cif-cdd",
        "fongecif-bfc",
        said=BFC,
        windows=frozenset({"depot", "reponse"}),
        section="2.2",
        topics="domain opening closing commission gap frequency reply re-presentation 24-months 4-months "
        "counted not-counted under-26 priorities excluded duration cost ancillary internship pay outside-eu "
        "during procedure",
        lines="736-953",
    ),
    Opacif(
        "cif-cdd",
        "fongecif-ara",
        said=ARA,
        windows=frozenset({"depot"}),
        section="2.3",
        topics="domain opening closing commission gap frequency special acceptance recours seasonal under-26 "
        "priorities non-priority duration cost ancillary internship distance procedure during",
        lines="954-1127",
    ),
    Opacif(
        "cif-cdd",
        "opcalim",
        said=OPCALIM,
        windows=frozenset({"depot"}),
        section="2.4",
        topics="domain opening closing commission dates gap reply re-examination priorities duration cost "
        "ancillary internship distance vae during excluded procedure",
        lines="1128-1262",
    ),
    Opacif(
        "cif-cdd",
        "unifaf",
        said=UNIFAF,
        windows=frozenset({"depot", "reponse"}),
        section="2.5",
        topics="domain opening closing commission reply re-examination seniority priorities duration cost "
        "ancillary internship distance during procedure",
        lines="1263-1419",
    ),
    Opacif(
        "cif-cdd",
        "uniformation",
        said=UNIFORMATION,
        windows=frozenset({"depot", "reponse", "traitement"}),
        section="2.6",
        topics="domain opening closing frequency reply recours post-vae seniority counted under-26 "
        "priorities duration cost ancillary internship personal-work abroad distance during procedure",
        lines="1420-1605",
    ),
    contact_only("afdas", "culture", "1606-1614"),
    contact_only("agecif-cama", "mutualité agricole", "1615-1628"),
    contact_only("unagecif", "Banque de France", "1629-1642"),
)
FUNDERS = {one.funder: one for one in OPACIFS}
CONTACTS = [one for one in OPACIFS if not one.windows]
"""Those of which the sheet only gives a contact: general limits, which they may replace."""


def each(opacifs: Iterable[Opacif], row: str) -> list[object]:
    """Return parameters that are OPACIF, in the name of a row."""
    return [pytest.param(one, id=row.format(one.funder)) for one in opacifs]


def test_the_opacif_asked_are_those_of_the_rules() -> None:
    """Each file of a funder has its rows here, and each row has its file."""
    assert FUNDERS.keys() == core.rulebook().procedure("cif-cdd").funders.keys()


def judged(said: Said, opacif: Opacif) -> None:
    """Compare what a check says with what the sheet gives."""
    verdict, sentence = said.found(opacif)
    assert verdict == said.verdict, sentence
    assert said.words in sentence


@pytest.mark.parametrize("said", by_row(GENERAL))
@pytest.mark.parametrize("opacif", each((FUNDERS["opcalim"], FUNDERS["afdas"]), "2.8/matrix {}"))
def test_a_general_row_is_judged_as_the_sheet_says(said: Said, opacif: Opacif) -> None:
    """A general check gives the verdict of its row whichever the OPACIF, with the figures that matter."""
    judged(said, opacif)


@pytest.mark.parametrize(
    ("opacif", "said"),
    [
        pytest.param(opacif, said, id=f"{said.row} ({said.check})")
        for opacif in OPACIFS
        for said in opacif.said
    ],
)
def test_a_row_of_an_opacif(opacif: Opacif, said: Said) -> None:
    """A check of an OPACIF gives the verdict of its row, with the figures that matter."""
    judged(said, opacif)


# --- 2.8 Windows -----------------------------------------------------------------------------------------

JUNE, JULY, SEPTEMBER = date(2018, 6, 14), date(2018, 7, 12), date(2018, 9, 6)


class Dated(Struct, frozen=True):
    """One date that a row gives: of a deadline, for some facts and sessions."""

    row: str
    funder: str
    deadline: str
    field: str
    expected: date | None
    facts: tuple[tuple[str, str], ...] = ()
    sessions: tuple[date, ...] = ()


def dated(
    row: str,
    funder: str,
    what: str,
    expected: date | None,
    *sessions: date,
    **facts: str,
) -> Dated:
    """Return a date worked by hand; `what` is « depot.strict »."""
    deadline, _, field = what.partition(".")
    return Dated(row, funder, deadline, field, expected, tuple(facts.items()), sessions)


def start(day: str) -> dict[str, str]:
    """Return a start typed by staff."""
    return {"demarrage_formation": day}


WINDOWS = (
    dated("2.1/opening", "fafsea", "depot.opens_on", date(2018, 5, 3)),
    dated("2.1/opening", "fafsea", "depot.opens_on", date(2017, 12, 1), **start("31/03/2018")),
    dated("2.1/closing", "fafsea", "depot.strict", date(2018, 8, 3)),
    dated("2.1/closing", "fafsea", "depot.prudent", date(2018, 8, 2)),
    dated("2.1/commission", "fafsea", "depot.strict", date(2018, 6, 12), JULY),
    dated("2.1/commission", "fafsea", "depot.prudent", date(2018, 6, 11), JULY),
    dated("2.1/gap", "fafsea", "depot.commission", date(2018, 9, 2), date(2018, 9, 2)),
    dated("2.1/gap", "fafsea", "depot.commission", None, date(2018, 9, 3)),
    dated(
        "2.1/recours", "fafsea", "recours.strict", date(2018, 8, 30), refus_notifie_le="30/06/2018"
    ),
    dated(
        "2.1/recours", "fafsea", "recours.strict", date(2018, 2, 28), refus_notifie_le="31/12/2017"
    ),
    dated("2.2/opening", "fongecif-bfc", "depot.opens_on", date(2018, 3, 3)),
    dated("2.2/closing", "fongecif-bfc", "depot.strict", date(2018, 3, 31), **start("15/06/2018")),
    dated("2.2/closing", "fongecif-bfc", "depot.strict", date(2018, 2, 13), **start("30/04/2018")),
    dated("2.2/commission", "fongecif-bfc", "depot.strict", date(2018, 5, 12), JULY),
    dated("2.2/commission", "fongecif-bfc", "depot.prudent", date(2018, 5, 11), JULY),
    dated(
        "2.2/gap",
        "fongecif-bfc",
        "depot.commission",
        date(2018, 6, 14),
        JUNE,
        **start("29/06/2018"),
    ),
    dated("2.2/gap", "fongecif-bfc", "depot.commission", None, JUNE, **start("28/06/2018")),
    dated("2.2/frequency", "fongecif-bfc", "depot.commission", None, date(2018, 8, 2)),
    dated(
        "2.2/frequency",
        "fongecif-bfc",
        "depot.commission",
        None,
        date(2018, 1, 31),
        **start("01/06/2018"),
    ),
    dated("2.2/frequency", "fongecif-bfc", "depot.commission", JULY, JULY, date(2018, 8, 2)),
    dated(
        "2.2/reply",
        "fongecif-bfc",
        "reponse.expected_at",
        date(2018, 7, 13),
        commission_le="12/07/2018",
    ),
    dated(
        "2.2/reply",
        "fongecif-bfc",
        "reponse.chase_on",
        date(2018, 7, 16),
        commission_le="12/07/2018",
    ),
    dated("2.3/opening", "fongecif-ara", "depot.opens_on", None),
    dated("2.3/closing", "fongecif-ara", "depot.strict", date(2018, 5, 18), **start("18/06/2018")),
    dated("2.3/closing", "fongecif-ara", "depot.prudent", date(2018, 5, 17), **start("18/06/2018")),
    dated(
        "2.3/commission",
        "fongecif-ara",
        "depot.strict",
        date(2018, 8, 6),
        SEPTEMBER,
        **start("17/09/2018"),
    ),
    dated(
        "2.3/commission",
        "fongecif-ara",
        "depot.prudent",
        date(2018, 8, 3),
        SEPTEMBER,
        **start("17/09/2018"),
    ),
    dated(
        "2.3/gap", "fongecif-ara", "depot.commission", SEPTEMBER, SEPTEMBER, **start("07/09/2018")
    ),
    dated("2.3/gap", "fongecif-ara", "depot.commission", None, SEPTEMBER, **start("06/09/2018")),
    dated("2.3/frequency", "fongecif-ara", "depot.commission", None, date(2018, 8, 2)),
    dated(
        "2.3/frequency", "fongecif-ara", "depot.commission", date(2018, 1, 31), date(2018, 1, 31)
    ),
    dated("2.4/opening", "opcalim", "depot.opens_on", date(2018, 3, 3)),
    dated("2.4/closing", "opcalim", "depot.strict", date(2018, 6, 3)),
    dated("2.4/closing", "opcalim", "depot.prudent", date(2018, 6, 1)),
    dated(
        "2.4/commission",
        "opcalim",
        "depot.strict",
        date(2017, 2, 17),
        date(2017, 3, 17),
        **start("30/06/2017"),
    ),
    dated("2.4/gap", "opcalim", "depot.commission", None, date(2018, 9, 3)),
    dated("2.4/gap", "opcalim", "depot.commission", date(2018, 9, 2), date(2018, 9, 2)),
    dated("2.5/opening", "unifaf", "depot.opens_on", None),
    dated("2.5/closing", "unifaf", "depot.strict", date(2018, 7, 3)),
    dated("2.5/closing", "unifaf", "depot.prudent", date(2018, 7, 2)),
    dated(
        "2.5/reply", "unifaf", "reponse.expected_at", date(2018, 9, 2), dossier_recu_le="02/07/2018"
    ),
    dated("2.6/opening", "uniformation", "depot.opens_on", None),
    dated("2.6/closing", "uniformation", "depot.strict", date(2018, 7, 1), **start("01/10/2018")),
    dated("2.6/closing", "uniformation", "depot.prudent", date(2018, 6, 29), **start("01/10/2018")),
    dated(
        "2.6/reply",
        "uniformation",
        "reponse.expected_at",
        date(2018, 8, 29),
        dossier_recu_le="29/06/2018",
        prioritaire="oui",
    ),
    dated(
        "2.6/reply",
        "uniformation",
        "reponse.expected_at",
        date(2018, 12, 29),
        dossier_recu_le="29/06/2018",
        prioritaire="non",
    ),
    dated(
        "2.6/reply",
        "uniformation",
        "reponse.expected_at",
        date(2018, 12, 29),
        dossier_recu_le="29/06/2018",
    ),
    dated(
        "2.6/post-vae",
        "uniformation",
        "depot.strict",
        date(2018, 8, 1),
        post_vae="oui",
        **start("01/10/2018"),
    ),
    dated("2.7/afdas", "afdas", "depot.strict", None),
    dated("2.7/agecif-cama", "agecif-cama", "depot.strict", None),
    dated("2.7/unagecif", "unagecif", "depot.strict", None),
    *(
        dated(
            "CIF-G10",
            funder,
            "demarrage_max.strict",
            expected,
            fin_dernier_cdd=last,
            **start("01/02/2017"),
        )
        for funder in ("afdas", "unifaf", "fafsea")
        for last, expected in (
            ("29/02/2016", date(2017, 2, 28)),
            ("31/08/2016", date(2017, 8, 31)),
            ("31/12/2016", date(2017, 12, 31)),
        )
    ),
)


@pytest.mark.parametrize(
    "given",
    [pytest.param(one, id=f"{one.row} {one.funder} {one.deadline}.{one.field}") for one in WINDOWS],
)
def test_a_row_gives_its_date(given: Dated) -> None:
    """A window, a reply or an appeal falls on the day worked by hand, or has none where none is written."""
    found = FUNDERS[given.funder].dates(
        given.deadline, given.field, *given.sessions, **dict(given.facts)
    )
    assert found == given.expected


@pytest.mark.parametrize("opacif", each(OPACIFS, "2.8/matrix {}"))
def test_nothing_is_computed_that_the_sheet_does_not_say(opacif: Opacif) -> None:
    """Where the matrix has a dash there is no deadline; the start within twelve months is for everybody."""
    deadlines = opacif.procedure.deadlines.values()
    dated = {one.id for one in deadlines if one.kind is Kind.REGULATORY}
    assert dated == {"demarrage_max", *opacif.windows}


# --- Seniority, counted ----------------------------------------------------------------------------------

ON = date(2017, 6, 14)
"""The reception of the sheet's own example."""


def worked(
    first: str, last: str, type_: str = "cdd", hours_: str | None = None, employer: str = "prive"
) -> Contract:
    """Return a contract; days are typed « 2017-02-01 »."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Contract(1, type_, employer, *days, Decimal(hours_) if hours_ else None)


def years(last: str, type_: str = "cdi", employer: str = "prive", hours_: str = "4000") -> Contract:
    """Return work from 1 January 2014, out of the last twelve months."""
    return worked("2014-01-01", last, type_, hours_, employer)


FOUR = worked("2017-01-01", "2017-05-31", hours_="700")
"""Five months of CDD, 151 days, 700 hours, inside the last twelve months."""
TWO_YEARS, ONE_YEAR = years("2015-12-31"), years("2014-12-31", hours_="1900")
NINETEEN = years("2015-07-31", hours_="2000")
"""24 months, 12 months, 19 months, before the last twelve."""


class Judged(Struct, frozen=True):
    """What a history is worth for an OPACIF."""

    row: str
    funder: str
    verdict: str
    history: tuple[Contract, ...]
    answers: tuple[tuple[str, str], ...] = ()


def history(row: str, funder: str, verdict: str, *contracts: Contract, **answers: str) -> Judged:
    """Return what some contracts are worth."""
    return Judged(row, funder, verdict, contracts, tuple(answers.items()))


def cdd(first: str, last: str = "2017-05-31", hours_: str | None = "700") -> Contract:
    """Return a CDD of the last twelve months."""
    return worked(first, last, hours_=hours_)


FULL_CDI = worked("2012-01-01", "2017-06-14", "cdi", "9000")

HISTORIES = (
    # 24 months in 60, of which the five months of CDD are part: 19 + 5 = 24.
    history("CIF-G1", "opcalim", OK, NINETEEN, FOUR),
    history("CIF-G1", "opcalim", RED, years("2015-06-30"), FOUR),
    history("CIF-G1", "opcalim", RED, years("2015-12-31", employer="public"), FOUR),
    history("CIF-G1", "opcalim", OK, years("2015-12-31", "interim"), FOUR),
    history("CIF-G1", "opcalim", OK, years("2015-12-31", employer="particulier"), FOUR),
    history("CIF-G1", "opcalim", RED, worked("2010-01-01", "2012-06-14", "cdi"), FOUR),
    history("CIF-G2", "opcalim", OK, TWO_YEARS, cdd("2017-01-30")),
    history("CIF-G2", "opcalim", OK, TWO_YEARS, cdd("2017-02-01")),
    history("CIF-G2", "opcalim", RED, TWO_YEARS, cdd("2017-02-02")),
    history("CIF-G2", "opcalim", RED, TWO_YEARS, worked("2017-01-01", "2017-05-31", "interim")),
    history("CIF-G3", "opcalim", RED, TWO_YEARS, worked("2016-02-01", "2016-06-30")),
    history("CIF-G3", "opcalim", OK, TWO_YEARS, worked("2016-06-15", "2016-10-31")),
    *(
        history("CIF-G5", "opcalim", RED, TWO_YEARS, worked("2017-01-01", "2017-05-31", type_))
        for type_ in (
            "apprentissage",
            "professionnalisation",
            "cui_cae",
            "etudes",
            "cdd_devenu_cdi",
        )
    ),
    history(
        "CIF-G5", "opcalim", RED, TWO_YEARS, worked("2017-01-01", "2017-05-31", employer="public")
    ),
    history("CIF-G6", "opcalim", RED, years("2014-07-31"), FOUR),
    history("CIF-G6", "opcalim", OK, years("2014-07-31"), FOUR, moins_de_26="oui"),
    history("CIF-G6", "opcalim", RED, years("2014-06-30"), FOUR, moins_de_26="oui"),
    history("CIF-G6", "opcalim", RED, years("2014-07-31"), FOUR, moins_de_26="non"),
    history(
        "CIF-G6", "opcalim", RED, years("2014-12-31", employer="public"), FOUR, moins_de_26="oui"
    ),
    *(
        history(
            "CIF-G7",
            "opcalim",
            OK,
            ONE_YEAR,
            worked("2017-01-01", "2017-05-31", type_),
            moins_de_26="oui",
        )
        for type_ in ("apprentissage", "professionnalisation")
    ),
    *(
        history("CIF-G8", funder, RED, ONE_YEAR, FOUR, moins_de_26="oui")
        for funder in ("unifaf", "uniformation")
    ),
    *(
        history("CIF-G8", funder, OK, ONE_YEAR, FOUR, moins_de_26="oui")
        for funder in ("afdas", "agecif-cama", "unagecif")
    ),
    # FAFSEA: 24 months or 3,640 h in five years, 4 months or 607 h of CDD in one.
    history("2.1/seniority-2", "fafsea", OK, TWO_YEARS, FOUR),
    history("2.1/seniority-2", "fafsea", OK, years("2015-12-31", hours_="2940"), FOUR),
    history("2.1/seniority-2", "fafsea", OK, years("2015-12-31", hours_="2939"), FOUR),
    history("2.1/seniority-2", "fafsea", OK, years("2015-06-30", hours_="2940"), FOUR),
    history("2.1/seniority-2", "fafsea", RED, years("2015-06-30", hours_="2939"), FOUR),
    history("2.1/note-1", "fafsea", OK, TWO_YEARS, cdd("2017-02-01", hours_="607")),
    history("2.1/note-1", "fafsea", OK, TWO_YEARS, cdd("2017-02-01", hours_="606.99")),
    history("2.1/note-1", "fafsea", OK, TWO_YEARS, cdd("2017-02-01", hours_=None)),
    history("2.1/note-1", "fafsea", OK, TWO_YEARS, cdd("2017-02-02", hours_="607")),
    history("2.1/note-1", "fafsea", RED, TWO_YEARS, cdd("2017-02-02", hours_="606.99")),
    *(
        history(
            "2.1/note-2",
            "fafsea",
            RED,
            TWO_YEARS,
            worked("2017-01-01", "2017-05-31", type_, "700"),
            moins_de_26="oui",
        )
        for type_ in ("professionnalisation", "apprentissage", "cui_cae")
    ),
    # First path: 12 months or 1,820 h in four years (from 15/06/2013), 4 months or 607 h in two.
    history(
        "2.1/seniority-1",
        "fafsea",
        OK,
        ONE_YEAR,
        worked("2015-07-01", "2015-12-31", hours_="700"),
        cdd_production_agricole="oui",
    ),
    history(
        "2.1/seniority-1",
        "fafsea",
        RED,
        ONE_YEAR,
        worked("2015-07-01", "2015-12-31", hours_="700"),
        cdd_production_agricole="non",
    ),
    history(
        "2.1/seniority-1",
        "fafsea",
        RED,
        ONE_YEAR,
        worked("2015-01-01", "2015-06-14", hours_="700"),
        cdd_production_agricole="oui",
    ),
    history(
        "2.1/seniority-1",
        "fafsea",
        RED,
        worked("2012-01-01", "2013-06-14", "cdi", "3000"),
        FOUR,
        cdd_production_agricole="oui",
    ),
    # 7 months and 1,120 h of CDI, with 5 months and 700 h of CDD: 12 months and 1,820 h.
    history(
        "2.1/seniority-1",
        "fafsea",
        OK,
        years("2014-07-31", hours_="1120"),
        FOUR,
        cdd_production_agricole="oui",
    ),
    history(
        "2.1/seniority-1",
        "fafsea",
        OK,
        years("2014-07-31", hours_="1119"),
        FOUR,
        cdd_production_agricole="oui",
    ),
    history("2.2/24-months", "fongecif-bfc", OK, years("2015-12-31", employer="public"), FOUR),
    history(
        "2.2/24-months", "fongecif-bfc", RED, years("2015-12-31", employer="fonctionnaire"), FOUR
    ),
    history("2.2/4-months", "fongecif-bfc", OK, TWO_YEARS, cdd("2017-02-01", hours_="608")),
    history("2.2/4-months", "fongecif-bfc", AMBER, TWO_YEARS, cdd("2017-02-01", hours_="607")),
    history("2.2/4-months", "fongecif-bfc", AMBER, TWO_YEARS, cdd("2017-01-01", hours_="300")),
    history(
        "2.2/4-months",
        "fongecif-bfc",
        OK,
        TWO_YEARS,
        cdd("2017-01-01", hours_="300"),
        temps_partiel_regulier="oui",
    ),
    *(
        history(
            "2.2/counted",
            "fongecif-bfc",
            OK,
            TWO_YEARS,
            worked("2017-01-01", "2017-05-31", type_, "700"),
        )
        for type_ in ("cui_cie", "emploi_avenir_marchand", "cdd_saisonnier")
    ),
    *(
        history(
            "2.2/not-counted",
            "fongecif-bfc",
            RED,
            TWO_YEARS,
            worked("2017-01-01", "2017-05-31", type_, "700"),
        )
        for type_ in (
            "cui_cae",
            "emploi_avenir_non_marchand",
            "apprentissage",
            "professionnalisation",
        )
    ),
    history(
        "2.2/not-counted",
        "fongecif-bfc",
        RED,
        TWO_YEARS,
        worked("2017-01-01", "2017-05-31", hours_="700", employer="public"),
    ),
    history("2.2/under-26", "fongecif-bfc", RED, ONE_YEAR, FOUR),
    history("2.2/under-26", "fongecif-bfc", OK, ONE_YEAR, FOUR, moins_de_26="oui"),
    history(
        "2.2/under-26",
        "fongecif-bfc",
        OK,
        ONE_YEAR,
        worked("2017-01-01", "2017-05-31", "apprentissage", "700"),
        moins_de_26="oui",
    ),
    # 10 months of CDI and 5 of CDD: 15.
    history(
        "2.3/seasonal", "fongecif-ara", OK, years("2014-10-31"), FOUR, saisonnier_rhone_alpes="oui"
    ),
    history(
        "2.3/seasonal", "fongecif-ara", RED, years("2014-09-30"), FOUR, saisonnier_rhone_alpes="oui"
    ),
    history("2.3/seasonal", "fongecif-ara", RED, years("2014-10-31"), FOUR),
    history(
        "2.3/under-26",
        "fongecif-ara",
        OK,
        years("2014-12-31", employer="public"),
        FOUR,
        moins_de_26="oui",
    ),
    history(
        "2.3/under-26",
        "fongecif-ara",
        RED,
        years("2014-12-31", employer="fonctionnaire"),
        FOUR,
        moins_de_26="oui",
    ),
    history("2.5/seniority", "unifaf", OK, years("2015-12-31", "cui_cae"), FOUR),
    history("2.5/seniority", "unifaf", OK, years("2015-12-31", "emploi_avenir_non_marchand"), FOUR),
    history("2.5/seniority", "unifaf", RED, years("2015-12-31", employer="public"), FOUR),
    *(
        history(
            "2.5/seniority", "unifaf", RED, TWO_YEARS, worked("2017-01-01", "2017-05-31", type_)
        )
        for type_ in ("cui_cae", "emploi_avenir_marchand", "emploi_avenir_non_marchand")
    ),
    history("2.6/seniority", "uniformation", OK, NINETEEN, FOUR),
    history("2.6/seniority", "uniformation", RED, years("2015-06-30"), FOUR),
    # 13 months of CDI and 5 of CDD: 18.
    history(
        "2.6/seniority", "uniformation", OK, years("2015-01-31"), FOUR, convention_animation="oui"
    ),
    history(
        "2.6/seniority", "uniformation", RED, years("2014-12-31"), FOUR, convention_animation="oui"
    ),
    *(
        history(
            "2.6/counted",
            "uniformation",
            AMBER,
            TWO_YEARS,
            worked("2017-01-01", "2017-05-31", type_),
        )
        for type_ in ("cui_cae", "cddi", "cdd_saisonnier", "emploi_avenir_marchand")
    ),
)


@pytest.mark.parametrize(
    "given",
    [pytest.param(one, id=f"{one.row} {one.funder} {one.verdict}") for one in HISTORIES],
)
def test_a_history_is_worth_what_the_sheet_says(given: Judged) -> None:
    """Contracts counted up to the reception of 14 June 2017 give the verdict worked by hand."""
    found = FUNDERS[given.funder].seniority(given.history, ON, **dict(given.answers))
    told = [one.sentence for path in found.paths for one in path.conditions]
    assert found.verdict.value == given.verdict, told


@pytest.mark.parametrize(
    ("on", "first"),
    [
        pytest.param(date(2017, 6, 14), date(2016, 6, 15), id="CIF-G3 E23 the sheet"),
        pytest.param(date(2018, 2, 28), date(2017, 3, 1), id="CIF-G3 E23 end of February"),
        pytest.param(date(2016, 2, 29), date(2015, 3, 1), id="CIF-G3 E23 leap day"),
    ],
)
def test_the_twelve_months_before_a_reception(on: date, first: date) -> None:
    """The twelve months end on the day of reception and begin the day after the same day a year before."""
    judged_ = FUNDERS["opcalim"].seniority([FULL_CDI], on)
    assert [one.count.first for one in judged_.paths[0].conditions] == [
        window(on, 60)[0],
        first,
    ]


# --- Nothing is left out ---------------------------------------------------------------------------------

ROWS = {
    "2.8/matrix",
    *(f"CIF-G{number}" for number in range(1, 26)),
    *(f"{one.section}/{topic}" for one in OPACIFS for topic in one.topics.split()),
}


def test_every_row_has_a_test_that_bears_its_name() -> None:
    """The rows that tests of this module name are those of the domain note, no more and no less."""
    assert named(row_tests(globals())) == ROWS


def own_checks(opacif: Opacif) -> tuple[Check, ...]:
    """Return the checks that an OPACIF adds to those of all."""
    general = core.rulebook().procedure("cif-cdd").checks
    return tuple(check for check in opacif.procedure.checks if check not in general)


def test_every_general_check_is_exercised() -> None:
    """Each check of all OPACIF is asked something here, and none that they do not have."""
    checks = core.rulebook().procedure("cif-cdd").checks
    assert {said.check for said in GENERAL} == {check.id for check in checks}


@pytest.mark.parametrize("opacif", each(OPACIFS, "2.8/matrix {}"))
def test_every_check_of_an_opacif_is_exercised(opacif: Opacif) -> None:
    """Each check that an OPACIF adds is asked something here, and none that it does not have."""
    checks = own_checks(opacif)
    assert checks
    assert {said.check for said in opacif.said} == {check.id for check in checks}


EVERY = [
    *((GENERAL, check) for check in core.rulebook().procedure("cif-cdd").checks),
    *((opacif.said, check) for opacif in OPACIFS for check in own_checks(opacif)),
]


@pytest.mark.parametrize(
    ("said", "check"), [pytest.param(*one, id=f"2.8/matrix {one[1].id}") for one in EVERY]
)
def test_every_verdict_of_a_check_is_seen(said: tuple[Said, ...], check: Check) -> None:
    """Each verdict that a check can give is obtained by one of the values tried here."""
    bands = (*check.bands, *((check.missing,) if check.missing else ()))
    possible = {band.verdict for band in bands} or {CheckVerdict.REMINDER}
    seen = {CheckVerdict(one.verdict) for one in said if one.check == check.id and one.verdict}
    assert seen == possible


@pytest.mark.parametrize(
    ("opacif", "check"),
    [
        pytest.param(opacif, check, id=f"2.8/matrix source of {check.id}")
        for opacif in OPACIFS
        for check in own_checks(opacif)
    ],
)
def test_a_check_quotes_the_pages_of_its_opacif(opacif: Opacif, check: Check) -> None:
    """What is said for an OPACIF quotes its own pages; limits of a contact-only one, the general page."""
    general = "-duree-" in check.id and opacif in CONTACTS
    assert check.source.document == opacif.document
    assert overlaps(check.source.lines, [opacif.lines, *(["1-474"] if general else [])])


@pytest.mark.parametrize("opacif", each(CONTACTS, "2.7/{} told"))
def test_a_contact_only_opacif_says_that_its_delays_are_unknown(opacif: Opacif) -> None:
    """Nothing is computed from what the sheet does not give, and it is said."""
    assert any("Délais non connus" in plain(note) for note in opacif.procedure.notes)


@pytest.mark.parametrize(
    "word",
    [pytest.param(one, id=f"2.3/priorities {one}") for one in ("santé", "handicap", "RQTH", "âge")],
)
def test_no_fact_asks_for_age_or_health(word: str) -> None:
    """Nothing of a person's age or health is asked, beyond the one question of those under 26."""
    labels = {spec.label for opacif in FUNDERS.values() for spec in opacif.procedure.facts.values()}
    assert not [label for label in labels if word in label.split()]
