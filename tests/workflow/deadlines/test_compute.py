"""The deadlines of the CIPI and the four lines that explain each date, sentence by sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.cases import varied
from tests.support.core import (
    DAY,
    NBSP,
    PARIS,
    SETTINGS,
    START,
    cipi,
    context,
    noon,
    paris,
    plain,
    told,
)
from workflow.calendar.calendars import Closure
from workflow.case.case import Deadline, FactValue
from workflow.counting.context import context_for
from workflow.deadlines import compute as deadlines
from workflow.deadlines import start_checks
from workflow.deadlines.compute import Context
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.deadline_rules import Kind
from workflow.wording.codec import deadline_json, deadline_value

EDITION = "cipi-mon-espace-akto"

ALL_FACTS: Mapping[str, FactValue] = {
    "demarrage_formation": START,
    "drf_deposee_le": paris(7, 10, 10),
    "drf_accordee_le": date(2026, 7, 15),
    "debut_contrat": date(2026, 9, 7),
    "fin_formation": date(2026, 10, 30),
    "financement_accorde_le": date(2026, 8, 3),
    "presences_saisies_le": date(2026, 11, 20),
    "derniere_demande_le": date(2026, 11, 23),
}
ORDER = (
    "drf",
    "reponse_akto",
    "contrat",
    "realisation",
    "mission",
    "presences",
    "surcout",
    "paiement",
    "remise_documents",
    "controle_presences",
)
INTERNAL = {"presences", "surcout", "paiement", "remise_documents", "controle_presences"}


def rule_head(id_: str) -> str:
    """Return what begins the line of the rule."""
    return "Objectif interne, aucune date légale" if id_ in INTERNAL else "Règle"


def computed(facts: Mapping[str, FactValue], where: Context | None = None) -> dict[str, Deadline]:
    """Return every deadline that some facts allow, by id."""
    procedure = cipi()
    found = deadlines.every(procedure, procedure.edition(EDITION), facts, where or context())
    return {deadline.id: deadline for deadline in found}


def lines(id_: str, facts: Mapping[str, FactValue], where: Context | None = None) -> dict[str, str]:
    """Return the lines that explain a deadline by their heads, without what dates a number."""
    found = told(computed(facts, where)[id_])
    return {head: line for head, line in found.items() if head != "Valeur datée"}


def count(id_: str, facts: Mapping[str, FactValue], where: Context | None = None) -> str:
    """Return the line that says how a deadline was counted."""
    return lines(id_, facts, where)["Décompte"]


def test_every_deadline_of_the_procedure_can_be_computed() -> None:
    """An ordinary case's facts give the deadlines of the issue, in the order of the procedure."""
    assert tuple(computed(ALL_FACTS)) == ORDER


@pytest.mark.parametrize(
    ("fact", "lost"),
    [
        ("demarrage_formation", {"drf"}),
        ("drf_deposee_le", {"reponse_akto"}),
        ("drf_accordee_le", {"contrat"}),
        ("debut_contrat", {"realisation", "mission"}),
        ("fin_formation", {"presences", "remise_documents"}),
        ("financement_accorde_le", {"presences"}),
        ("presences_saisies_le", {"surcout", "controle_presences"}),
        ("derniere_demande_le", {"paiement"}),
    ],
)
def test_a_deadline_waits_for_the_fact_it_counts_from(fact: str, lost: set[str]) -> None:
    """Without the fact it counts from, a deadline has no date, and the others keep theirs."""
    known = {name: value for name, value in ALL_FACTS.items() if name != fact}
    assert set(ORDER) - set(computed(known)) == lost


@pytest.mark.parametrize("id_", ORDER)
def test_an_explanation_has_four_lines(id_: str) -> None:
    """Every date is told in four lines: where it starts, the rule, the count, the result."""
    assert list(lines(id_, ALL_FACTS)) == [
        "Point de départ",
        rule_head(id_),
        "Décompte",
        "Résultat",
    ]


@pytest.mark.parametrize("id_", ORDER)
def test_an_explanation_holds_on_single_lines(id_: str) -> None:
    """Each line is one sentence on one line, with a full stop, no double space and no straight apostrophe."""
    faults = re.compile(r"\n|  |[.]{2}|'|\( | \)| ,|None|Unit\.|Direction\.")
    steps = computed(ALL_FACTS)[id_].explanation.steps
    assert [step for step in steps if faults.search(step) or not step.endswith(".")] == []


@pytest.mark.parametrize("id_", ORDER)
def test_an_explanation_quotes_its_rule(id_: str) -> None:
    """The second line quotes the text of the rule, with document, lines and the day it was checked."""
    source = computed(ALL_FACTS)[id_].explanation.source
    quoted = f"« {source.quote} » ({source.document}, l. {source.lines}), vérifiée le "
    said = lines(id_, ALL_FACTS)[rule_head(id_)]
    assert source.checked_on is not None
    assert said.endswith(f"{quoted}{source.checked_on:%d/%m/%Y}.")


@pytest.mark.parametrize("id_", ORDER)
def test_the_result_line_says_every_date(id_: str) -> None:
    """The last line says each date of the deadline in full, and the second date never stands alone."""
    deadline = computed(ALL_FACTS)[id_]
    said = len(re.findall(r" 20\d\d", told(deadline)["Résultat"]))
    assert said == len([moment for moment in deadline.dates.moments if moment is not None])


def test_the_window_of_the_drf_is_explained() -> None:
    """The window says its start, both counts with the margin kept, the weekend skipped and three dates."""
    assert [*lines("drf", {"demarrage_formation": START}).values()] == [
        (
            "Point de départ : début de la formation (première heure en organisme externe), "
            "mardi 8 septembre 2026 à 09:00."
        ),
        (
            "Règle : « Au plus tôt 2 mois et au plus tard 48 heures avant le démarrage de la formation » "
            "(cipi.txt, l. 597-598), vérifiée le 21/11/2026."
        ),
        (
            "Décompte : au plus tôt 2 mois avant, soit le 08/07/2026 ; 48 heures avant donnent le "
            "06/09/2026 à 09:00 ; 3 jours ouvrés en arrière donnent le 03/09/2026 ; jours sautés : "
            "sam. 05/09/2026 et dim. 06/09/2026."
        ),
        (
            "Résultat : ouverture le mercredi 8 juillet 2026 ; limite prudente le jeudi 3 septembre 2026 ; "
            "limite stricte le dimanche 6 septembre 2026 à 09:00."
        ),
    ]


def test_the_reply_is_explained() -> None:
    """The reply says when it is expected, when to chase it, and names the holiday that stopped the clock."""
    assert [*lines("reponse_akto", ALL_FACTS).values()] == [
        "Point de départ : saisie de la DRF, vendredi 10 juillet 2026 à 10:00.",
        (
            "Règle : « Réponse d’AKTO – Réseau FAF.TT sous 48h ouvrées. » (cipi.txt, l. 600), "
            "vérifiée le 21/11/2026."
        ),
        (
            "Décompte : 48 heures ouvrées après donnent le 15/07/2026 à 10:00 ; jours sautés : "
            "sam. 11/07/2026, dim. 12/07/2026 et mar. 14/07/2026 (Fête nationale)."
        ),
        (
            "Résultat : réponse attendue à partir du mercredi 15 juillet 2026 à 10:00 ; "
            "relance le jeudi 16 juillet 2026."
        ),
    ]


def test_61_days_are_explained() -> None:
    """The 61 days say the day they end, the days between it and the day to aim for, and both dates."""
    assert [*lines("contrat", {"drf_accordee_le": date(2026, 7, 7)}).values()][2:] == [
        (
            "Décompte : 61 jours calendaires après donnent le 06/09/2026 ; le dernier jour ouvré "
            "jusque-là est le 04/09/2026 ; jours sautés : "
            "sam. 05/09/2026 et dim. 06/09/2026."
        ),
        (
            "Résultat : limite prudente le vendredi 4 septembre 2026 ; "
            "limite stricte le dimanche 6 septembre 2026."
        ),
    ]


def test_a_date_with_nothing_to_skip_says_so() -> None:
    """When no day was skipped, the explanation says that too."""
    counted = count("contrat", {"drf_accordee_le": date(2026, 7, 8)})
    assert counted == (
        "Décompte : 61 jours calendaires après donnent le 07/09/2026 ; aucun jour sauté."
    )


def test_skipped_days_are_told_in_order() -> None:
    """Days skipped are told in the order of the calendar, weekends and holidays together."""
    counted = count("contrat", {"drf_accordee_le": date(2026, 3, 2)})
    assert counted.endswith("jours sautés : ven. 01/05/2026 (Fête du Travail) et sam. 02/05/2026.")


def test_the_six_months_are_explained() -> None:
    """The period of the contract says its end and the day to aim for."""
    facts = {"debut_contrat": date(2026, 8, 31)}
    assert [*lines("realisation", facts).values()][2:] == [
        (
            "Décompte : 6 mois donnent le 28/02/2027 ; le dernier jour ouvré avant cette date est le "
            "26/02/2027 ; jour sauté : sam. 27/02/2027."
        ),
        (
            "Résultat : limite prudente le vendredi 26 février 2027 ; "
            "limite stricte le dimanche 28 février 2027."
        ),
    ]


def test_the_last_start_of_a_mission_is_explained() -> None:
    """The last start of a mission says the end of the period, the hours, and the days counted back."""
    facts = {"debut_contrat": date(2026, 8, 31)}
    assert count("mission", facts) == (
        "Décompte : la période de 6 mois finit prudemment le 26/02/2027 (strictement le 28/02/2027) ; "
        "70 heures à 7 heures par jour "
        "demandent 10 jours ouvrés, comptés en arrière jusqu’au 15/02/2027 ; jours sautés : "
        "sam. 20/02/2027 et dim. 21/02/2027."
    )


def test_many_weekend_days_are_counted_rather_than_named() -> None:
    """Beyond four, weekend days are counted; holidays are still named one by one."""
    where = context_for(cipi(), "FR", (), {**SETTINGS, "presences_jours_ouvres": 15})
    counted = count("presences", ALL_FACTS, where)
    assert counted == (
        "Décompte : 15 jours ouvrés après donnent le 23/11/2026 ; jours sautés : "
        "8 jours de week-end et mer. 11/11/2026 (Armistice)."
    )


def test_a_closure_skipped_is_named() -> None:
    """A day skipped because the agency is closed bears the name of the closure."""
    where = context("FR", (Closure(date(2026, 9, 4), date(2026, 9, 4), "Inventaire"),))
    counted = count("drf", ALL_FACTS, where)
    assert "ven. 04/09/2026 (Inventaire)" in counted
    assert "3 jours ouvrés en arrière donnent le 02/09/2026" in counted


@pytest.mark.parametrize(
    ("where", "off"),
    [
        (context("FR-57"), "ven. 03/04/2026 (Vendredi saint)"),
        (
            context("FR", (Closure(date(2026, 4, 3), date(2026, 4, 3), "Inventaire"),)),
            "ven. 03/04/2026 (Inventaire)",
        ),
    ],
)
def test_a_chase_put_off_by_the_agency_says_why(where: Context, off: str) -> None:
    """A chase put off by a day that only the agency has off names that day: no date is unexplained."""
    facts = {"drf_deposee_le": paris(3, 31, 10)}
    chase = computed(facts, where)["reponse_akto"].dates.chase_on
    assert (chase, off in count("reponse_akto", facts, where)) == (date(2026, 4, 7), True)


@pytest.mark.parametrize("setting", [1, 2])
def test_an_internal_target_agrees_in_number(setting: int) -> None:
    """A delay of one day is told in the singular, verb included."""
    where = context_for(cipi(), "FR", (), {**SETTINGS, "presences_jours_ouvres": setting})
    counted = count("presences", ALL_FACTS, where)
    begin = {1: "1 jour ouvré après donne le 02/11", 2: "2 jours ouvrés après donnent le 03/11"}
    assert counted.startswith(f"Décompte : {begin[setting]}")


def test_one_hour_of_mission_agrees_in_number() -> None:
    """A mission that fits in one day of work is told in the singular."""
    where = context_for(cipi(), "FR", (), {**SETTINGS, "heures_par_jour": 70})
    counted = count("mission", {"debut_contrat": date(2026, 8, 31)}, where)
    assert "demandent 1 jour ouvré, compté en arrière jusqu’au 26/02/2027" in counted


def test_numbers_and_dates_do_not_break() -> None:
    """A number stays with its unit, a day with its month and an hour with its « à », in every line."""
    broken = re.compile(
        r"\d (?:mois|heures?|jours?|[a-zéû]+ \d{4})|\bà \d\d:|(?:lun|mar|mer|jeu|ven|sam|dim)\. \d"
    )
    # What quotes a text is left out.
    steps = [
        step
        for deadline in computed(ALL_FACTS).values()
        for step in deadline.explanation.steps
        if step.startswith(("Point de départ", "Décompte", "Résultat"))
    ]
    assert [step for step in steps if broken.search(step)] == []
    assert f"48{NBSP}heures" in steps[1]
    assert f"mardi{NBSP}8{NBSP}septembre{NBSP}2026 à{NBSP}09:00" in steps[0]


def test_the_first_of_a_month_is_written_as_french_does() -> None:
    """The first day of a month is « 1er », the others are plain."""
    result = lines("drf", {"demarrage_formation": paris(4, 30, 9, year=2027)})["Résultat"]
    assert "ouverture le lundi 1er mars 2027" in result


# --- Internal targets ------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", sorted(INTERNAL))
def test_an_internal_target_says_so_wherever_it_is_told(id_: str) -> None:
    """A date that no text gives is called an internal target by its kind, its lines and its warning."""
    deadline = computed(ALL_FACTS)[id_]
    assert (deadline.kind, deadline.dates.strict) == (Kind.INTERNAL, None)
    assert list(told(deadline))[1] == "Objectif interne, aucune date légale"
    assert told(deadline)["Résultat"].startswith(
        ("Résultat : objectif le ", "Résultat : objectif, ")
    )
    assert deadline.explanation.warnings[-1] == (
        "Objectif interne : aucun texte ne fixe cette date, le délai est celui que l’agence s’est donné "
        "(fichier de règles ou config.toml, section [targets])."
    )


@pytest.mark.parametrize("id_", sorted(set(ORDER) - INTERNAL))
def test_a_date_of_the_rules_is_not_called_internal(id_: str) -> None:
    """A date that a text gives never says « objectif »."""
    deadline = computed(ALL_FACTS)[id_]
    why = deadline.explanation
    said = " ".join((*why.steps, *why.warnings, why.binding)).casefold()
    assert (deadline.kind, "objectif" in said) == (Kind.REGULATORY, False)


@pytest.mark.parametrize(
    ("id_", "setting", "expected"),
    [
        ("presences", "presences_jours_ouvres", date(2026, 11, 6)),
        ("surcout", "surcout_jours_ouvres", date(2026, 12, 4)),
        ("paiement", "relance_paiement_jours_ouvres", date(2026, 12, 21)),
        ("remise_documents", "remise_documents_jours_ouvres", date(2026, 11, 4)),
    ],
)
def test_an_internal_target_follows_the_configuration(
    id_: str, setting: str, expected: date
) -> None:
    """A target is counted in working days from its fact, as many as the configuration says."""
    longer = context_for(cipi(), "FR", (), {**SETTINGS, setting: SETTINGS[setting] + 1})
    after = context().staff.forward(expected, 1)
    both = (computed(ALL_FACTS, where)[id_].dates for where in (context(), longer))
    assert [dates.prudent or dates.expected_at for dates in both] == [expected, after]


@pytest.mark.parametrize(
    ("end", "granted", "expected"),
    [
        (date(2026, 10, 30), date(2026, 8, 3), date(2026, 11, 6)),
        (date(2026, 10, 30), date(2026, 11, 9), date(2026, 11, 17)),
        (date(2026, 10, 30), date(2026, 10, 30), date(2026, 11, 6)),
    ],
)
def test_presences_count_from_the_later_of_two_facts(
    end: date, granted: date, expected: date
) -> None:
    """Attendance is to be entered some days after the training or the funding, whichever comes last."""
    facts = {"fin_formation": end, "financement_accorde_le": granted}
    assert computed(facts)["presences"].dates.prudent == expected


def test_the_anchor_that_decided_is_named() -> None:
    """When several facts could start the count, the explanation and the binding name the later one."""
    facts = {"fin_formation": date(2026, 10, 30), "financement_accorde_le": date(2026, 11, 9)}
    deadline = computed(facts)["presences"]
    assert lines("presences", facts)["Point de départ"] == (
        "Point de départ : accord de financement, lundi 9 novembre 2026."
    )
    assert deadline.explanation.binding == f"5{NBSP}jours ouvrés après : accord de financement"


def test_a_delay_that_nobody_chose_is_the_declared_one() -> None:
    """A delay left out of the configuration holds as the rule file declares it; a chosen one replaces it."""
    facts = {"presences_saisies_le": date(2026, 11, 20)}
    usual, chosen = (
        computed(facts, context_for(cipi(), "FR", (), settings))["surcout"]
        for settings in ({}, {"surcout_jours_ouvres": 3})
    )
    assert (usual.dates.prudent, chosen.dates.prudent) == (date(2026, 12, 4), date(2026, 11, 25))


# --- Binding, portal, warnings -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "binding"),
    [
        ("drf", "48 heures avant : début de la formation (première heure en organisme externe)"),
        ("reponse_akto", "48 heures ouvrées après : saisie de la DRF"),
        (
            "contrat",
            "61 jours calendaires après : accord sur la DRF (décision affichée au portail)",
        ),
        ("realisation", "6 mois à partir de : premier jour du contrat"),
        ("mission", "6 mois à partir de : premier jour du contrat"),
        ("remise_documents", "3 jours ouvrés après : fin de la formation"),
    ],
)
def test_the_binding_constraint_is_named(id_: str, binding: str) -> None:
    """Each deadline names the constraint that decided, with its number and its anchor."""
    assert plain(computed(ALL_FACTS)[id_].explanation.binding) == binding


@pytest.mark.parametrize(
    ("start", "portal"),
    [
        (noon(date(2026, 1, 7)), "Mon Espace AKTO"),
        (noon(date(2026, 1, 6)), "Mes démarches administratives"),
        (noon(date(2026, 9, 8)), "Mon Espace AKTO"),
        (noon(date(2025, 9, 8)), "Mes démarches administratives"),
    ],
)
def test_the_portal_is_the_one_of_the_day_to_act(start: datetime, portal: str) -> None:
    """The portal named is the one open on the day to act: the change was on 2 January 2026."""
    assert computed({"demarrage_formation": start})["drf"].explanation.portal == portal


@pytest.mark.parametrize("id_", ["realisation", "mission", "remise_documents"])
def test_what_is_not_done_at_the_portal_names_none(id_: str) -> None:
    """A deadline that is not met in the funder's portal does not name it."""
    assert computed(ALL_FACTS)[id_].explanation.portal is None


def warnings(id_: str, facts: Mapping[str, FactValue]) -> list[str]:
    """Return the warnings of a deadline with plain spaces."""
    return [plain(text) for text in computed(facts)[id_].explanation.warnings]


def test_an_ordinary_window_warns_of_nothing() -> None:
    """A window with no trap has no warning."""
    assert warnings("drf", {"demarrage_formation": START}) == []


def test_a_short_month_warns_that_the_portal_may_open_earlier() -> None:
    """At the end of a month, the warning gives both days and says which one is safe."""
    assert warnings("drf", {"demarrage_formation": paris(4, 30, 9, year=2027)}) == [
        (
            "Fin de mois : le portail peut ouvrir dès le 28/02/2027, mais ce jour-là le départ est encore "
            "à plus de 2 mois ; le 01/03/2027 est sûr (Code de procédure civile, art. 641)."
        )
    ]


@pytest.mark.parametrize(
    ("start", "elapsed", "wall"),
    [
        (paris(3, 30, 9), "28/03/2026 à 08:00", "28/03/2026 à 09:00"),
        (paris(10, 26, 9), "24/10/2026 à 10:00", "24/10/2026 à 09:00"),
    ],
)
def test_a_clock_change_warns_with_both_readings(start: datetime, elapsed: str, wall: str) -> None:
    """A change of the clocks before the start gives both readings and says that the earlier is kept."""
    assert warnings("drf", {"demarrage_formation": start}) == [
        (
            "Changement d’heure entre la limite et le départ : la plus précoce des deux lectures est "
            "retenue, "
            f"{elapsed} en heures écoulées, {wall} à la pendule (Directive 2000/84/CE, art. 2 et 3)."
        )
    ]


def test_no_warning_names_an_hour_that_does_not_exist() -> None:
    """When the wall-clock reading falls in the hour skipped in spring, that hour is not shown as a time."""
    said = " ".join(warnings("drf", {"demarrage_formation": paris(3, 31, 2, 30)}))
    assert "29/03/2026 à 02:30" not in said


@pytest.mark.parametrize(
    ("agreed", "reason"),
    [
        (date(2026, 3, 2), "samedi"),
        (date(2026, 9, 1), "Toussaint"),
        (date(2026, 3, 14), "Ascension"),
    ],
)
def test_a_limit_on_a_day_off_promises_no_extension(agreed: date, reason: str) -> None:
    """A strict limit on a day off says that nothing extends it, and why the day is off."""
    assert warnings("contrat", {"drf_accordee_le": agreed}) == [
        (
            f"La limite stricte tombe un jour non travaillé ({reason}) : un report au jour ouvré suivant "
            "n’est écrit nulle part, n’y comptez pas (Code de procédure civile, art. 642)."
        )
    ]


def test_a_limit_on_a_working_day_has_no_warning() -> None:
    """A strict limit on a working day needs no word on extensions."""
    assert warnings("contrat", {"drf_accordee_le": date(2026, 7, 8)}) == []


def test_a_reply_awaited_warns_that_silence_is_no_agreement() -> None:
    """A reply awaited says that silence grants nothing."""
    assert warnings("reponse_akto", ALL_FACTS) == [
        "Le silence du financeur ne vaut pas accord : relancez le jour indiqué (cipi.txt, l. 600)."
    ]


def test_the_notes_of_a_rule_are_warnings() -> None:
    """What the source leaves open is said beside the date."""
    expected = (
        "La fiche ne dit pas d’où partent les 6 mois : le premier jour du contrat est retenu."
    )
    assert warnings("realisation", ALL_FACTS) == [expected]


# --- Windows -----------------------------------------------------------------------------------------

SUMMER = Closure(date(2026, 7, 1), date(2026, 9, 10), "Fermeture d’été")


def test_a_closure_can_make_a_window_impossible() -> None:
    """A window that closes before it opens, because the agency is closed meanwhile, is impossible."""
    drf = computed({"demarrage_formation": START}, context("FR", (SUMMER,)))["drf"]
    assert (drf.dates.prudent, drf.dates.opens_on, drf.dates.impossible) == (
        date(2026, 6, 26),
        date(2026, 7, 8),
        True,
    )


@pytest.mark.parametrize("now", [paris(6, 1), paris(7, 1), paris(9, 10, 23)])
def test_the_first_start_offered_really_works(now: datetime) -> None:
    """The start offered instead has a window that is possible, and the working day before has none."""
    where = context("FR", (SUMMER,))
    procedure, spec = cipi(), cipi().deadlines["drf"]
    today = now.date()
    first = deadlines.first_start(
        procedure,
        spec,
        {"demarrage_formation": START},
        where,
        today,
        lambda trial: trial.act_on >= today,
    )
    assert first is not None

    def works(day: date) -> bool:
        start = datetime.combine(day, START.timetz())
        window = computed({"demarrage_formation": start}, where)["drf"]
        return not window.dates.impossible and window.dates.act_on >= today

    tried = [day for day in (today + i * DAY for i in range(200)) if where.staff.is_working(day)]
    assert next(day for day in tried if works(day)) == first


@pytest.mark.parametrize(
    ("now", "text", "fatal"),
    [
        (paris(9, 3, 23, 59), None, None),
        (
            paris(9, 4, 0),
            (
                "Marge consommée : « Saisir la DRF » était à faire prudemment au plus tard le 03/09/2026 ; "
                "la limite stricte reste le 06/09/2026 à 09:00."
            ),
            False,
        ),
        (
            paris(9, 6, 9, 1),
            "Fenêtre déjà fermée : « Saisir la DRF » n’était possible que jusqu’au 06/09/2026 à 09:00.",
            True,
        ),
    ],
)
def test_a_window_is_judged_at_a_moment(
    now: datetime, text: str | None, fatal: bool | None
) -> None:
    """A window is sound up to its prudent day, short of margin up to its limit, then closed."""
    concern = start_checks.window_concern(computed(ALL_FACTS)["drf"], context(), now)
    found = (plain(concern.text), concern.fatal) if concern else (None, None)
    assert found == (text, fatal)


def test_the_last_minute_of_a_window_is_still_inside() -> None:
    """An act at the very instant of the limit is in time."""
    concern = start_checks.window_concern(computed(ALL_FACTS)["drf"], context(), paris(9, 6, 9))
    assert concern is not None
    assert not concern.fatal


# --- Encoding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", ORDER)
def test_a_deadline_survives_json(id_: str) -> None:
    """A deadline written as JSON and read back is the same value, but for its readings, told anew."""
    deadline = computed(ALL_FACTS)[id_]
    read = deadline_value(json.loads(json.dumps(deadline_json(deadline))))
    assert read == varied(deadline, readings=())


@pytest.mark.parametrize("start", [paris(10, 27, 2, 30), paris(3, 31, 2, 30), paris(10, 27, 3)])
def test_a_limit_on_the_night_of_a_change_survives_json(start: datetime) -> None:
    """A strict limit in the hour lived twice is still the same date after storage, so that nothing moves."""
    drf = computed({"demarrage_formation": start})["drf"]
    read = deadline_value(json.loads(json.dumps(deadline_json(drf))))
    assert read.dates.moments == drf.dates.moments


def test_the_json_of_a_deadline_is_the_contract() -> None:
    """The JSON has the keys of the contract, instants with their offset, and null where there is no date."""
    written = deadline_json(computed(ALL_FACTS)["drf"])
    assert {
        key: written[key] for key in ("id", "label", "kind", "opens_on", "strict", "prudent")
    } == {
        "id": "drf",
        "label": "Saisir la DRF",
        "kind": "reglementaire",
        "opens_on": "2026-07-08",
        "strict": "2026-09-06T09:00:00+02:00",
        "prudent": "2026-09-03",
    }
    missing = (written["expected_at"], written["chase_on"], written["commission"])
    assert (missing, written["options"]) == ((None, None, None), [])
    assert written["source"] == {
        "document": "cipi.txt",
        "lines": "597-598",
        "quote": "Au plus tôt 2 mois et au plus tard 48 heures avant le démarrage de la formation",
        "checked_on": "2026-11-21",
    }
    assert set(written) >= {"binding", "steps", "warnings"}


def test_options_and_commissions_survive_json() -> None:
    """What other procedures will fill, sessions and options, goes through JSON too."""
    full = varied(
        computed(ALL_FACTS)["drf"],
        commission=date(2026, 7, 12),
        options=("commission du 12/07/2026",),
        readings=(),
    )
    assert deadline_value(deadline_json(full)) == full


# --- Anchors -------------------------------------------------------------------------------------------


def test_an_instant_stored_with_another_offset_gives_the_same_dates() -> None:
    """A start read back with a fixed offset gives the deadline that the agency's clock gave."""
    stored = datetime.fromisoformat(START.isoformat())
    assert computed({"demarrage_formation": stored}) == computed({"demarrage_formation": START})


def test_a_start_without_its_hour_counts_from_midnight() -> None:
    """A start whose hour is unknown gives the dates of 00:00."""
    bare, midnight = (
        computed({"demarrage_formation": start})["drf"] for start in (START.date(), paris(9, 8, 0))
    )
    assert bare.dates.moments == midnight.dates.moments


def test_a_start_without_its_hour_says_that_midnight_was_taken() -> None:
    """The explanation of a start whose hour is unknown says from which midnight hours were counted."""
    drf = computed({"demarrage_formation": START.date()})["drf"]
    assert "minuit, au soir du" in told(drf)["Point de départ"]
    assert "minuit est retenu, au soir du" in drf.explanation.warnings[0]


def test_an_agency_overseas_reads_its_own_clock() -> None:
    """At Cayenne the limit is told on the wall clock of Cayenne."""
    zone = ZoneInfo("America/Cayenne")
    start = datetime(2026, 9, 8, 9, tzinfo=zone)
    drf = computed({"demarrage_formation": start.astimezone(PARIS)}, context("FR-973"))["drf"]
    assert drf.dates.strict == datetime(2026, 9, 6, 9, tzinfo=zone)
    assert told(drf)["Résultat"].endswith("le dimanche 6 septembre 2026 à 09:00.")


def test_deadlines_are_live_in_their_states_only() -> None:
    """With every fact known, each state awaits its own deadlines and no other."""
    procedure = cipi()
    found = {
        state: set(
            deadlines.live(procedure, procedure.edition(EDITION), state, ALL_FACTS, context())
        )
        for state in procedure.states
    }
    assert found == {
        "preparation": {"drf"},
        "drf_deposee": {"reponse_akto"},
        "drf_refusee": set(),
        "drf_accordee": {"contrat", "realisation", "mission"},
        "contrat_depose": {"realisation", "mission"},
        "financement_refuse": set(),
        "financement_accorde": {
            "realisation", "mission", "presences", "paiement", "remise_documents",
        },
        "interrompu": {"realisation", "mission", "paiement", "remise_documents"},
        "presences_saisies": {"surcout", "paiement", "remise_documents", "controle_presences"},
        "surcout_demande": {"remise_documents"},
        "rembourse": {"remise_documents"},
        "clos": set(),
        "abandonne": set(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "id_"), [("debut_mission", "mission"), ("documents_remis_le", "remise_documents")]
)
def test_a_fact_that_meets_a_deadline_ends_it(fact: str, id_: str) -> None:
    """A deadline met by a fact is no longer awaited once that fact is known."""
    procedure = cipi()
    edition = procedure.edition(EDITION)
    facts = {**ALL_FACTS, fact: date(2026, 11, 2)}
    live = deadlines.live(procedure, edition, "financement_accorde", facts, context())
    assert id_ not in live
    assert len(live) == 4


@pytest.mark.parametrize(("months", "said"), [(None, True), (6, False), (9, False)])
def test_what_a_rule_takes_for_granted_is_said_while_nobody_noted_it(
    months: int | None, said: bool
) -> None:
    """The 120 days of a PTP say that the length of the interruption is supposed, until it is noted."""
    procedure = load_rulebook().procedure("ptp")
    facts: dict[str, FactValue] = {"demarrage_formation": date(2027, 5, 3)}
    if months is not None:
        facts["interruption_mois"] = months
    edition = procedure.editions[-1]
    spec = procedure.deadlines["demande_conge"]
    found = deadlines.compute(procedure, edition, spec, facts, context())
    assert found is not None
    assert any("n’est pas notée" in words for words in found.explanation.warnings) is said
    assert "(Code du travail, art. R. 6323-10, I)" in " ".join(found.explanation.steps)
