"""The use cases over a store in memory: what staff ask, what is written, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.support.cases import told
from tests.support.core import CONTRACT_DOCUMENTS, NO_FR57, OPENED_AT, Workbench, paris
from workflow.calendar.calendars import Closure
from workflow.case.case import EntryKind, Outcome, Paper, PaperStatus
from workflow.errors import (
    ActionRefused,
    Conflict,
    EcheancierError,
    InvalidInput,
    NotFound,
    Reason,
    ReasonCode,
    Refused,
    StaleCase,
    TakenReference,
)
from workflow.ports.stores import CaseQuery
from workflow.usecases.cases import CaseService
from workflow.usecases.papers import TypedPapers, note_papers

START = "08/09/2026 09:00"
REF = "CIPI-2026-0001"
BY = "m.durand"


class House(Workbench):
    """A house with a case of the CIPI."""

    def open(self, **options: str) -> Outcome:
        """Open an ordinary case and save it."""
        given = {"by": BY, "agency": "lyon", **options}
        return self.saved(self.cases.open("cipi", {"demarrage_formation": START}, **given))  # type: ignore[arg-type] # texts only

    def deposit(self) -> Outcome:
        """File the DRF of the case on 10 July."""
        self.clock.now = paris(7, 10, 10)
        return self.saved(self.cases.advance(REF, "deposer_drf", {}, by=BY))


@pytest.fixture
def house() -> House:
    """Return a house with nothing in it."""
    return House()


@pytest.fixture
def filed(house: House) -> House:
    """Return a house with one case, whose DRF was filed."""
    house.open()
    house.deposit()
    return house


def mark(service: CaseService, *names: str, version: int | None = None) -> Outcome:
    """Prepare the noting of documents as received."""
    marks = {PaperStatus.RECEIVED: names}
    return note_papers(service, REF, TypedPapers(marks), by=BY, version=version)


def message_of(error: type[EcheancierError], ask: Callable[[], object]) -> str:
    """Return the sentence of a refusal."""
    with pytest.raises(error) as refusal:
        ask()
    return refusal.value.message


# --- Opening ---------------------------------------------------------------------------------------------


def test_the_holidays_of_elsewhere_leave_the_clock_of_the_agency(house: House) -> None:
    """A case with the holidays of La Réunion keeps the hours of its agency: as typed, computed and shown."""
    opened = house.open(territory="FR-974").after
    assert opened.territory == "FR-974"
    assert opened.facts["demarrage_formation"] == paris(9, 8, 9)
    assert opened.deadlines["drf"].dates.strict == paris(9, 6, 9)


def test_a_case_is_opened_and_kept(house: House) -> None:
    """A case opened and saved bears the next reference, its title and owner, and is found again."""
    outcome = house.open(title="  Durand, cariste ", owner="m.durand")
    case = house.store.load(REF)
    assert (case.ref, case.title, case.owner, case.agency, case.territory) == (
        REF,
        "Durand, cariste",
        "m.durand",
        "lyon",
        "FR",
    )
    assert case == outcome.after
    assert case.opened_at == OPENED_AT.astimezone(UTC)


def test_an_outcome_not_saved_leaves_nothing(house: House) -> None:
    """What is prepared and not saved leaves no case, no entry and no reference taken."""
    house.cases.open("cipi", {"demarrage_formation": START}, by=BY, agency="lyon")
    assert house.store.find(CaseQuery()).total == 0


def test_references_follow_each_other(house: House) -> None:
    """Cases opened one after the other bear numbers that follow."""
    refs = [house.open().after.ref for _ in range(3)]
    assert refs == ["CIPI-2026-0001", "CIPI-2026-0002", "CIPI-2026-0003"]


def test_a_reference_of_ones_own_is_kept(house: House) -> None:
    """A reference given by the agency is used as it is."""
    assert house.open(ref="Dossier/2026_7.B").after.ref == "Dossier/2026_7.B"


def test_a_reference_taken_is_refused(house: House) -> None:
    """A second case of the same reference is refused when saved, and the first one stays."""
    first = house.open(ref="A-1").after
    message = message_of(Conflict, lambda: house.open(ref="A-1", title="autre"))
    assert message == "Référence « A-1 » : elle est déjà prise ; choisissez-en une autre."
    assert house.store.load("A-1") == first


@pytest.mark.parametrize("ref", ["É-1", "A B", "A\n1", "x" * 41, "A;1"])
def test_a_reference_with_odd_characters_is_refused(house: House, ref: str) -> None:
    """A reference that would not survive a file name or a subject line is refused."""
    message = message_of(InvalidInput, lambda: house.open(ref=ref))
    assert message == (
        f"Référence « {ref[:40]} » : 40 signes au plus, lettres sans accent, chiffres et - _ . /, "
        "en commençant par une lettre ou un chiffre."
    )


def test_an_agency_brings_its_territory(house: House) -> None:
    """A case opened at Metz is counted with the holidays of Moselle, unless a territory is given."""
    metz = house.open(agency="metz").after.territory
    assert (metz, house.open(agency="metz", territory="FR").after.territory) == ("FR-57", "FR")


def test_an_agency_brings_its_clock(house: House) -> None:
    """An hour typed at Pointe-à-Pitre is an hour of Guadeloupe."""
    case = house.open(agency="pointe-a-pitre").after
    assert case.facts["demarrage_formation"] == datetime(2026, 9, 8, 13, tzinfo=UTC)


def test_an_agency_brings_its_closures(house: House) -> None:
    """The days the agency is closed are skipped for its cases, and for no other agency's."""
    house.closed["lyon"] = (Closure(date(2026, 9, 3), date(2026, 9, 4), "Inventaire"),)
    prudent = [house.open(agency=a).after.deadlines["drf"].dates.prudent for a in ("lyon", "metz")]
    assert prudent == [date(2026, 9, 1), date(2026, 9, 3)]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"procedure": "cipy"},
            NotFound,
            "Procédure : « cipy » n’existe pas (le plus proche : « cipi »).",
        ),
        (
            {"agency": "lion"},
            NotFound,
            "Agence : « lion » n’existe pas (le plus proche : « lyon »).",
        ),
        (
            {"owner": "m.durant"},
            NotFound,
            "Personne : « m.durant » n’existe pas (le plus proche : « m.durand »).",
        ),
        ({"territory": "FR57"}, NotFound, NO_FR57),
        (
            {"funder": "fafsea"},
            InvalidInput,
            (
                "La procédure « cipi » n’a qu’un financeur (AKTO – Réseau FAF.TT) et pas de "
                "commission."
            ),
        ),
        (
            {"demarrage_formation": "31/02/2026"},
            InvalidInput,
            "demarrage_formation = « 31/02/2026 » : cette date n’existe pas ; vérifiez le jour et le mois.",
        ),
        (
            {"title": "x" * 121},
            InvalidInput,
            "Le libellé est trop long (121 signes) ; 120 au plus.",
        ),
        (
            {"title": "a\nb"},
            InvalidInput,
            "Le libellé tient sur une ligne ; retirez le saut de ligne.",
        ),
        (
            {"title": "a\x1b[31mb"},
            InvalidInput,
            "Le libellé contient un caractère de commande, « ␛ », le 2e : retirez-le.",
        ),
        (
            {"comment": "x" * 2001},
            InvalidInput,
            "Le commentaire est trop long (2001 signes) ; 2000 au plus.",
        ),
    ],
)
def test_a_case_that_cannot_be_opened_is_refused(
    house: House, options: dict[str, str], error: type[EcheancierError], message: str
) -> None:
    """What is unknown or cannot be read when a case is opened is refused in one sentence."""
    given = {"procedure": "cipi", "agency": "lyon", "demarrage_formation": START, **options}
    facts = {"demarrage_formation": given.pop("demarrage_formation")}
    procedure = given.pop("procedure")
    told = message_of(error, lambda: house.cases.open(procedure, facts, by=BY, **given))  # type: ignore[arg-type] # texts only
    assert (told, house.store.find(CaseQuery()).total) == (message, 0)


@pytest.mark.parametrize(
    "comment",
    [
        "« Vu »\u00a0: accord de 9\u202f000\u00a0€",
        "Deux lignes.\nLa seconde.",
        "Fin\r\nde ligne",
        "a\tb",
    ],
)
def test_a_comment_is_kept_as_typed(house: House, comment: str) -> None:
    """French spaces, line breaks and tabs belong to a comment and do not refuse it."""
    outcome = house.open(comment=comment)
    assert outcome.entry.comment.replace("\r\n", "\n") == comment.replace("\r\n", "\n")


def test_a_title_keeps_its_french_spaces(house: House) -> None:
    """A title pasted with non-breaking spaces is accepted."""
    assert house.open(title="CACES\u00a0R489").after.title == "CACES\u00a0R489"


def test_a_start_that_is_over_is_refused_when_typed(house: House) -> None:
    """A start in the past is refused with the first start that would work, and nothing is kept."""
    house.clock.now = paris(9, 10)
    message = message_of(ActionRefused, house.open)
    assert "en gardant la marge : mardi\u00a015\u00a0septembre\u00a02026" in message
    assert house.store.find(CaseQuery()).total == 0


# --- Advancing -------------------------------------------------------------------------------------------


def test_a_case_is_advanced(house: House) -> None:
    """An action prepared and saved moves the case and opens what is awaited next."""
    house.open()
    outcome = house.deposit()
    case = house.store.load(REF)
    assert (case.state, case.version, list(case.deadlines)) == ("drf_deposee", 2, ["reponse_akto"])
    assert case == outcome.after


def test_documents_come_with_an_action(filed: House) -> None:
    """Documents named with an action, as any iterable read once, are received on the day, and satisfy it."""
    filed.clock.now = paris(7, 15)
    filed.saved(filed.cases.advance(REF, "accorder_drf", {}, by=BY))
    facts = {"debut_contrat": "07/09/2026"}
    outcome = filed.cases.advance(
        REF, "deposer_contrat", facts, by=BY, documents=iter(CONTRACT_DOCUMENTS)
    )
    assert outcome.after.documents == dict.fromkeys(
        CONTRACT_DOCUMENTS, Paper(PaperStatus.RECEIVED, date(2026, 7, 15), BY)
    )


@pytest.mark.parametrize(
    ("ask", "error", "start"),
    [
        (
            lambda s: s.advance("X-1", "deposer_drf", {}, by=BY),
            NotFound,
            "Dossier : « X-1 » n’existe pas",
        ),
        (
            lambda s: s.advance(REF, "accorder", {}, by=BY),
            NotFound,
            "Action de la procédure « cipi » : « accorder » n’existe pas",
        ),
        (
            lambda s: s.advance(REF, "accorder_drf", {"acord": "x"}, by=BY),
            NotFound,
            "Fait de la procédure « cipi » : « acord » n’existe pas",
        ),
        (
            lambda s: s.advance(REF, "accorder_drf", {"drf_accordee_le": "naguère"}, by=BY),
            InvalidInput,
            "drf_accordee_le = « naguère » : écrivez une date",
        ),
        (
            lambda s: s.advance(REF, "accorder_drf", {}, by=BY, documents=["contrat"]),
            NotFound,
            "Pièce de la procédure « cipi » : « contrat » n’existe pas",
        ),
        (
            lambda s: s.advance(REF, "deposer_drf", {}, by=BY),
            ActionRefused,
            "Saisir la DRF : impossible à l’étape « DRF déposée »",
        ),
        (
            lambda s: s.advance(REF, "accorder_drf", {}, by=BY, comment="a\x00b"),
            InvalidInput,
            "Le commentaire contient un caractère de commande, « ␀ », le 2e",
        ),
        (lambda s: s.correct("X-1", {}, by=BY), NotFound, "Dossier : « X-1 » n’existe pas"),
        (
            lambda s: s.correct(REF, {"drf_deposee_le": "10/07/2026 10:00"}, by=BY),
            ActionRefused,
            "Corriger : les valeurs données sont déjà celles du dossier",
        ),
        (lambda s: mark(s, "x"), NotFound, "Pièce de la procédure"),
        (mark, Refused, "Dossier CIPI-2026-0001 : rien à changer"),
        (lambda s: s.transfer(REF, by=BY, owner="x"), NotFound, "Personne : « x » n’existe pas"),
        (lambda s: s.transfer(REF, by=BY, agency="x"), NotFound, "Agence : « x » n’existe pas"),
        (lambda s: s.view("X-1"), NotFound, "Dossier : « X-1 » n’existe pas"),
        (lambda s: s.store.journal("X-1"), NotFound, "Dossier : « X-1 » n’existe pas"),
    ],
)
def test_what_cannot_be_done_is_refused_and_writes_nothing(
    filed: House, ask: Callable[[CaseService], object], error: type[EcheancierError], start: str
) -> None:
    """What is unknown, unreadable or refused is answered by its own error, and the case stays as it was."""
    before = filed.store.load(REF)
    assert message_of(error, lambda: ask(filed.cases)).startswith(start)
    assert (filed.store.load(REF), len(filed.store.journal(REF))) == (before, 2)


def test_a_forced_act_is_marked_with_its_comment(house: House) -> None:
    """An act against its window is kept with its comment when forced."""
    house.open()
    house.clock.now = paris(7, 6)
    outcome = house.cases.advance(
        REF, "deposer_drf", {}, by="p.martin", forced=True, comment=" accord téléphonique "
    )
    entry = outcome.entry
    assert (entry.forced, entry.comment, entry.by) == (True, "accord téléphonique", "p.martin")


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.open("cipi", {"demarrage_formation": START}, by=BY, agency="lyon"),
        lambda s: s.advance(REF, "accorder_drf", {}, by=BY),
        lambda s: s.correct(REF, {"debut_contrat": "07/09/2026"}, by=BY),
        lambda s: s.undo(REF, by=BY),
        lambda s: mark(s, "programme_formation"),
        lambda s: s.transfer(REF, by=BY, owner="p.martin"),
        lambda s: s.view(REF),
    ],
)
def test_the_clock_is_read_once(filed: House, ask: Callable[[CaseService], object]) -> None:
    """Each use case reads the clock exactly once, so that it happens at one instant."""
    before = filed.clock.reads
    ask(filed.cases)
    assert filed.clock.reads - before == 1


def test_the_journal_keeps_everything(filed: House) -> None:
    """Opening, action, correction, undo, documents and hand-over each leave one entry, in order."""
    filed.clock.now = paris(7, 11)
    service = filed.cases
    filed.saved(service.correct(REF, {"debut_contrat": "07/09/2026"}, by=BY, comment="planning"))
    filed.saved(mark(service, "programme_formation"))
    filed.saved(service.transfer(REF, by=BY, owner="p.martin"))
    filed.saved(service.undo(REF, by="p.martin", comment="erreur"))
    journal = service.store.journal(REF)
    assert [(entry.seq, entry.kind, entry.by) for entry in journal] == [
        (1, EntryKind.OPENING, BY),
        (2, EntryKind.ACTION, BY),
        (3, EntryKind.CORRECTION, BY),
        (4, EntryKind.DOCUMENT, BY),
        (5, EntryKind.TRANSFER, BY),
        (6, EntryKind.UNDO, "p.martin"),
    ]
    assert (journal[2].comment, journal[5].undoes) == ("planning", 2)


# --- Two people at once ----------------------------------------------------------------------------------


def test_the_second_of_two_is_refused_and_told(filed: House) -> None:
    """Of two outcomes prepared on the same version, the second is refused with what the first did."""
    filed.clock.now = paris(7, 15, 12)
    service = filed.cases
    mine = service.advance(REF, "refuser_drf", {}, by=BY)
    filed.saved(service.advance(REF, "accorder_drf", {}, by="p.martin"))
    after = filed.store.load(REF)
    with pytest.raises(StaleCase) as refusal:
        service.save(mine)
    assert (refusal.value.ref, len(refusal.value.changes)) == (REF, 1)
    [line] = refusal.value.changes
    assert ("15/07/2026" in line, "Paul Martin : Noter l’accord sur la DRF" in line) == (True, True)
    assert "accorder_drf" not in line
    assert "Rien n’a été enregistré" in refusal.value.message
    assert (filed.store.load(REF), len(filed.store.journal(REF))) == (after, 3)


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.advance(REF, "accorder_drf", {}, by=BY, version=1),
        lambda s: s.correct(REF, {"debut_contrat": "07/09/2026"}, by=BY, version=1),
        lambda s: s.undo(REF, by=BY, version=1),
        lambda s: mark(s, "programme_formation", version=1),
        lambda s: s.transfer(REF, by=BY, owner="p.martin", version=1),
    ],
)
def test_a_version_seen_earlier_is_refused(
    filed: House, ask: Callable[[CaseService], object]
) -> None:
    """Whoever acts on a version they read before somebody else's write is told what changed since."""
    with pytest.raises(StaleCase) as refusal:
        ask(filed.cases)
    assert len(refusal.value.changes) == 1


def test_a_conflict_tells_the_last_changes_and_how_many_others(filed: House) -> None:
    """Three changes are told, the latest first, two values of each; the rest is counted."""
    for number in range(5):
        facts = dict.fromkeys(("fin_formation", "debut_contrat"), f"{9 + number:02}/10/2026")
        filed.saved(filed.cases.correct(REF, facts, by=BY, title=f"Titre {number}"))
    with pytest.raises(StaleCase) as refusal:
        filed.cases.undo(REF, by=BY, version=2)
    said = refusal.value.message
    told = [day for day in ("13/10", "11/10", "10/10") if f"→ {day}/2026" in said]
    assert told == ["13/10", "11/10"]
    assert said.index("→ 13/10/2026") < said.index("→ 11/10/2026")
    assert (said.count("et 1\N{NBSP}autre)"), "et 2\N{NBSP}autres)" in said) == (3, True)
    assert len(refusal.value.changes) == 5


def test_the_present_version_is_accepted(filed: House) -> None:
    """Acting on the version one has just read is accepted."""
    filed.clock.now = paris(7, 15)
    outcome = filed.cases.advance(REF, "accorder_drf", {}, by=BY, version=2)
    assert outcome.after.version == 3


# --- Reading ---------------------------------------------------------------------------------------------


def test_a_view_offers_what_can_be_done(filed: House) -> None:
    """A case is shown with every action of its state, and its procedure for the labels."""
    view = filed.cases.view(REF)
    assert [offer.action for offer in view.offers] == ["accorder_drf", "refuser_drf", "abandonner"]
    assert (view.case.ref, view.procedure.name) == (REF, "CIPI")


def test_a_view_says_why_an_action_is_refused_now(house: House) -> None:
    """Before its window opens, the deposit is offered with the reason that refuses it."""
    house.open()
    [deposit, _] = house.cases.view(REF).offers
    early = "trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 08/07/2026"
    assert deposit.reasons == (Reason(ReasonCode.WINDOW, early),)


# --- Handing over ----------------------------------------------------------------------------------------


def test_a_case_handed_to_an_agency_takes_its_calendar(filed: House) -> None:
    """A case handed to Metz is counted with the holidays of Moselle from then on."""
    outcome = filed.cases.transfer(REF, by=BY, agency="metz", owner="p.martin")
    assert (outcome.after.agency, outcome.after.owner, outcome.after.territory) == (
        "metz",
        "p.martin",
        "FR-57",
    )


def test_a_case_handed_to_a_person_stays_in_its_agency(filed: House) -> None:
    """A case handed to a person alone keeps its agency and its territory."""
    outcome = filed.cases.transfer(REF, by=BY, owner="p.martin")
    assert (outcome.after.agency, outcome.after.territory) == ("lyon", "FR")
    assert told(outcome.entry) == (("owner", None, "p.martin"),)


def test_a_reference_nobody_chose_gives_way(house: House) -> None:
    """Of two cases opened at once without a reference, the second takes the next number."""
    facts = {"demarrage_formation": START}
    both = [house.cases.open("cipi", facts, by=BY, agency="lyon") for _ in range(2)]
    saved = [house.cases.save(outcome).after.ref for outcome in both]
    assert saved == ["CIPI-2026-0001", "CIPI-2026-0002"]


def test_a_reference_that_was_chosen_does_not_give_way(house: House) -> None:
    """Of two cases opened at once under a chosen reference, the second is refused."""
    facts = {"demarrage_formation": START}
    both = [house.cases.open("cipi", facts, by=BY, agency="lyon", ref="A-1") for _ in range(2)]
    house.cases.save(both[0])
    with pytest.raises(TakenReference):
        house.cases.save(both[1])


def test_a_version_not_reached_yet_is_a_slip(filed: House) -> None:
    """A version above that of the case is refused as a typing error, with the real one."""
    with pytest.raises(InvalidInput, match="en est à la version 2"):
        filed.cases.undo(REF, by=BY, version=99)


@pytest.mark.parametrize(
    ("facts", "state", "awaited"),
    [
        ({}, "preparation", {"drf"}),
        ({"drf_deposee_le": "10/09/2027"}, "drf_deposee", {"reponse_akto"}),
        (
            {"drf_accordee_le": "12/08/2026", "drf_deposee_le": "10/08/2026"},
            "drf_accordee",
            {"contrat"},
        ),
        ({"drf_accordee_le": "12/08/2026"}, "drf_accordee", {"contrat"}),
        (
            {"drf_accordee_le": "12/08/2026", "debut_contrat": "14/09/2026"},
            "drf_accordee",
            {"contrat", "realisation", "mission"},
        ),
        ({"abandonne_le": "12/08/2026"}, "abandonne", set()),
    ],
)
def test_supposing_looks_ahead_and_writes_nothing(
    facts: dict[str, str], state: str, awaited: set[str]
) -> None:
    """Facts that nobody knows yet do the steps they date, in the order of their dates, unjudged."""
    house = House()
    house.open()
    was = house.store.load(REF)
    case = house.cases.suppose(REF, {"demarrage_formation": "15/09/2026 9h", **facts})
    assert (case.state, set(case.deadlines)) == (state, awaited)
    assert house.store.load(REF) == was
    bare = house.cases.suppose(REF, {}, removed=["demarrage_formation"])
    assert bare.deadlines == {}


def test_supposing_refuses_what_nobody_can_read() -> None:
    """A fact that does not exist, and one that the file does not have, are refused like a correction."""
    house = House()
    house.open()
    with pytest.raises(NotFound, match="accord_drf"):
        house.cases.suppose(REF, {"accord_drf": "12/08/2026"})
    with pytest.raises(NotFound, match="fin_formation"):
        house.cases.suppose(REF, {}, removed=["fin_formation"])
