"""What staff type between two steps: papers, hours, and an eligibility that no message ever repeats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.cases import told
from tests.support.core import paris
from tests.support.depth import BY, Desk, line
from workflow.case.case import Case, Eligibility, EntryKind, Outcome, Paper, PaperStatus, WorkKind
from workflow.errors import (
    ActionRefused,
    EcheancierError,
    InvalidInput,
    NotFound,
    Refused,
    StaleCase,
)
from workflow.usecases.noting import TypedEligibility
from workflow.usecases.papers import TypedPapers, note_papers
from workflow.wording.ledger_text import TypedHours

RECEIVED, CHECKED, REQUESTED = PaperStatus.RECEIVED, PaperStatus.CHECKED, PaperStatus.REQUESTED


class Office(Desk):
    """A desk with one case."""

    ref: str = ""

    @property
    def case(self) -> Case:
        """Return the case as last written."""
        return self.store.load(self.ref)

    def mark(self, status: PaperStatus, *names: str, **options: Any) -> Outcome:
        """Note papers and save."""
        return self.saved(
            note_papers(self.cases, self.ref, TypedPapers({status: names}, **options), by=BY)
        )

    def hours(self, *typed: TypedHours | tuple[int, TypedHours], **options: Any) -> Outcome:
        """Note lines of hours, new ones alone and others with their number, and save."""
        rows = [one if isinstance(one, tuple) else (None, one) for one in typed]
        return self.saved(self.recording.hours(self.ref, rows, by=BY, **options))

    def entitle(self, ground: str | None = None, **typed: Any) -> Outcome:
        """Note why the person is eligible and save."""
        noted = TypedEligibility(ground, **typed)
        return self.saved(self.recording.eligibility(self.ref, noted, by=BY))


@pytest.fixture
def office() -> Office:
    """Return a desk with a case, two days after it was opened."""
    found = Office()
    found.ref = found.open()
    found.clock.now = paris(1, 7)
    return found


def message_of(error: type[EcheancierError], ask: Callable[[], object]) -> str:
    """Return the sentence of a refusal."""
    with pytest.raises(error) as refusal:
        ask()
    assert type(refusal.value) is error
    return refusal.value.message


# --- Papers ----------------------------------------------------------------------------------------------


def test_papers_are_noted_today_unless_said_otherwise(office: Office) -> None:
    """A status is of the day on which it is typed, or of the day that is given."""
    office.mark(RECEIVED, "formulaire")
    office.mark(REQUESTED, "feuilles", on="06/01/2026")
    assert office.case.documents == {
        "formulaire": Paper(RECEIVED, date(2026, 1, 7), BY),
        "feuilles": Paper(REQUESTED, date(2026, 1, 6), BY),
    }


def test_several_statuses_are_noted_at_once(office: Office) -> None:
    """Papers that reach different statuses are noted in one entry."""
    marks = {RECEIVED: ["formulaire"], CHECKED: iter(["feuilles", "attestation"])}
    outcome = office.saved(note_papers(office.cases, office.ref, TypedPapers(marks), by=BY))
    assert {name: one.status for name, one in outcome.after.documents.items()} == {
        "formulaire": RECEIVED,
        "feuilles": CHECKED,
        "attestation": CHECKED,
    }
    assert len(outcome.entry.changes) == 3


def test_the_same_status_typed_again_keeps_its_day(office: Office) -> None:
    """A paper received, noted as received again days later, keeps its first day unless one is given."""
    office.mark(RECEIVED, "formulaire")
    office.clock.now = paris(1, 12)
    assert "rien à changer" in message_of(Refused, lambda: office.mark(RECEIVED, "formulaire"))
    office.mark(RECEIVED, "formulaire", on="06/01/2026")
    assert office.case.documents["formulaire"].on == date(2026, 1, 6)
    office.mark(CHECKED, "formulaire")
    assert office.case.documents["formulaire"].on == date(2026, 1, 12)


def test_a_day_in_the_future_is_refused(office: Office) -> None:
    """A status dated of tomorrow is refused, and nothing is written."""
    before = office.case
    found = message_of(ActionRefused, lambda: office.mark(RECEIVED, "feuilles", on="08/01/2026"))
    assert found == "Noter des pièces : « Feuilles » est dans le futur (08/01/2026)."
    assert office.case == before


def test_where_a_paper_is_kept_stays_with_it(office: Office) -> None:
    """A place is kept from one status to the next, changed alone, and emptied by an empty one."""
    office.mark(RECEIVED, "formulaire", kept_at={"formulaire": " classeur 3 "})
    office.clock.now = paris(1, 9)
    office.mark(CHECKED, "formulaire")
    assert office.case.documents["formulaire"] == Paper(CHECKED, date(2026, 1, 9), BY, "classeur 3")
    office.clock.now = paris(1, 12)
    for place in ("serveur/essai", ""):
        office.saved(
            note_papers(office.cases, office.ref, TypedPapers({}, {"formulaire": place}), by=BY)
        )
        assert office.case.documents["formulaire"] == Paper(CHECKED, date(2026, 1, 9), BY, place)


def test_a_place_alone_says_that_the_paper_is_there(office: Office) -> None:
    """A place given for a paper that nobody noted says that it was received today."""
    office.saved(
        note_papers(office.cases, office.ref, TypedPapers({}, {"feuilles": "armoire"}), by=BY)
    )
    assert office.case.documents["feuilles"] == Paper(RECEIVED, date(2026, 1, 7), BY, "armoire")
    unknown = {"feuille_de_paie": "armoire"}
    ask = lambda: note_papers(office.cases, office.ref, TypedPapers({}, unknown), by=BY)  # noqa: E731
    assert "« feuille_de_paie » n’existe pas" in message_of(NotFound, ask)


def test_a_place_that_reveals_is_refused(office: Office) -> None:
    """A place with a revealing word is refused for a paper: it would be read in lists."""
    found = message_of(
        Refused,
        lambda: office.mark(RECEIVED, "feuilles", kept_at={"feuilles": "dossiers/zeta/2026"}),
    )
    assert ("zeta" in found, found.startswith("Le lieu de rangement")) == (False, True)


def test_a_paper_is_taken_back(office: Office) -> None:
    """A paper noted by mistake is taken back."""
    office.mark(RECEIVED, "formulaire", "feuilles")
    office.saved(
        note_papers(office.cases, office.ref, TypedPapers({}, removed=iter(["feuilles"])), by=BY)
    )
    assert set(office.case.documents) == {"formulaire"}


# --- Hours -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("06/01/2026", (date(2026, 1, 6), date(2026, 1, 6))),
        ("2026-01-05..2026-01-06", (date(2026, 1, 5), date(2026, 1, 6))),
        ("05/01/2026 .. 06/01/2026", (date(2026, 1, 5), date(2026, 1, 6))),
        ("du 05/01/2026 au 06/01/2026", (date(2026, 1, 5), date(2026, 1, 6))),
        ("5/1/2026→6/1/2026", (date(2026, 1, 5), date(2026, 1, 6))),
    ],
)
def test_days_are_read_as_people_write_them(
    office: Office, days: str, expected: tuple[date, date]
) -> None:
    """A day or a period is read in the ways people write them."""
    [one] = office.hours(TypedHours("mission", days, done="7,5 h")).after.hours
    assert ((one.first, one.last), one.done, one.planned) == (expected, Decimal("7.5"), None)


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        (TypedHours("mission", "06/01/2026"), "Heures : donnez les heures prévues"),
        (TypedHours("mission", done="7"), "Heures : donnez la nature"),
        (TypedHours(None, "06/01/2026", done="7"), "Heures : donnez la nature"),
        (TypedHours("mission", "06/01/2026..05/01/2026", done="7"), "Jours « 06/01/2026..05"),
        (TypedHours("mission", "1/1/2026..2/1/2026..3/1/2026", done="7"), "Jours « 1/1/2026.."),
        (TypedHours("mission", "31/02/2026", done="7"), "jour = « 31/02/2026 »"),
        (TypedHours("mission", "06/01/2026", planned="0"), "Heures : 0 h ne se prévoit pas"),
        (TypedHours("mission", "06/01/2026", done="0"), "Heures : 0 h ne se prévoit pas"),
        (TypedHours("mission", "06/01/2026", done="7,123"), "heures = « 7,123 »"),
        (TypedHours("mission", "06/01/2026", done="-7"), "heures = « -7 »"),
        (TypedHours("mission", "06/01/2026", done="7", place="a\nb"), "Le lieu tient sur"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(
    office: Office, typed: TypedHours, start: str
) -> None:
    """Hours without days, kind or number, or that cannot be read, are refused and nothing is written."""
    before = office.case
    assert message_of(InvalidInput, lambda: office.hours(typed)).startswith(start)
    assert office.case == before


def test_a_line_changes_only_where_it_is_typed(office: Office) -> None:
    """A line changed keeps what is not typed anew, its number first of all."""
    office.hours(TypedHours("mission", "05/01/2026..06/01/2026", planned="14", place="Usine"))
    office.hours((1, TypedHours(done="7,25")))
    assert office.case.hours == (
        line(
            1,
            WorkKind.MISSION,
            date(2026, 1, 5),
            date(2026, 1, 6),
            planned=14,
            done="7.25",
            place="Usine",
        ),
    )
    office.hours((1, TypedHours("bilan", "06/01/2026", place="")))
    [one] = office.case.hours
    assert (one.kind, one.first, one.place, one.done) == (
        WorkKind.ASSESSMENT,
        date(2026, 1, 6),
        "",
        Decimal("7.25"),
    )


def test_hours_planned_may_turn_out_not_done(office: Office) -> None:
    """A line that was planned may be said to have had no hour done."""
    office.hours(TypedHours("mission", "06/01/2026", planned="7"))
    [one] = office.hours((1, TypedHours(done="0"))).after.hours
    assert (one.planned, one.done) == (Decimal(7), Decimal(0))


def add(office: Office, *days: int) -> list[int]:
    """Add a line of mission for each day of January and return the numbers of all."""
    typed = [TypedHours("mission", f"{day:02}/01/2026", done="7") for day in days]
    return [one.number for one in office.hours(*typed).after.hours]


def test_numbers_are_never_given_twice(office: Office) -> None:
    """A line taken away leaves its number unused, whoever was the last, now and later."""
    assert add(office, 1, 2, 3) == [1, 2, 3]
    office.hours(removed=[3])
    assert add(office, 4) == [1, 2, 4]
    office.hours(removed=[1, 2, 4])
    assert (office.case.hours, add(office, 5, 6)) == ((), [5, 6])


def test_lines_are_added_changed_and_removed_at_once(office: Office) -> None:
    """One noting may add, change and take away lines, in one entry that tells each."""
    add(office, 1, 2)
    changes = [(1, TypedHours(done="6")), TypedHours("formation", "05/01/2026", planned="7")]
    outcome = office.hours(*changes, removed=[2])  # type: ignore[arg-type] # two kinds of rows
    assert [one.number for one in outcome.after.hours] == [1, 3]
    assert [name for name, *_ in told(outcome.entry)] == ["heures.1", "heures.2", "heures.3"]
    assert outcome.entry.kind is EntryKind.HOURS


def test_an_unknown_line_is_refused_with_those_there_are(office: Office) -> None:
    """A line that the case does not have, changed or taken away, is refused with those it has."""
    typed = (7, TypedHours(done="6"))
    expected = "pas de ligne d’heures 7 (lignes : aucune)."
    assert message_of(NotFound, lambda: office.hours(typed)).endswith(expected)
    add(office, 1, 2)
    found = message_of(NotFound, lambda: office.hours(removed=[7]))
    assert found.endswith("pas de ligne d’heures 7 (lignes : 1, 2).")


def test_hours_done_in_the_future_are_refused(office: Office) -> None:
    """Hours said to be done tomorrow are refused; planned, they are kept, and done the day they end."""
    office.hours(TypedHours("mission", "08/01/2026", planned="7"))
    message_of(ActionRefused, lambda: office.hours((1, TypedHours(done="7"))))
    office.clock.now = paris(1, 8)
    assert office.hours((1, TypedHours(done="7"))).after.hours[0].done == 7


def test_a_place_may_have_any_name(office: Office) -> None:
    """The name of a company or a training organisation is kept whatever it is."""
    [one] = office.hours(TypedHours("mission", "06/01/2026", done="7", place="Zeta")).after.hours
    assert one.place == "Zeta"


# --- Eligibility -----------------------------------------------------------------------------------------


def test_eligibility_is_noted_little_by_little(office: Office) -> None:
    """A ground, an answer, a proof and its place are each kept when the next one is typed."""
    office.entitle("alpha")
    office.entitle(answers={"mois_inscrits": "14"})
    office.entitle(proof="carte", seen_on="06/01/2026", valid_until="30/09/2026")
    office.entitle(kept_at="coffre zeta")
    assert office.case.eligibility == Eligibility(
        "alpha", {"mois_inscrits": 14}, "carte", "coffre zeta"
    )
    assert office.case.facts["preuve_jusqu_au"] == date(2026, 9, 30)
    _, report = office.inquiries.control(office.ref)
    assert [one.sentence for one in report.findings if one.id == "E"] == ["Éligible."]


def test_another_ground_starts_afresh(office: Office) -> None:
    """Another ground drops the answers, the proof and its place; the same one keeps them."""
    office.entitle("alpha", answers={"mois_inscrits": "14"}, proof="carte", kept_at="coffre")
    office.entitle("alpha", answers={"mois_inscrits": "15"})
    assert office.case.eligibility == Eligibility("alpha", {"mois_inscrits": 15}, "carte", "coffre")
    office.entitle("beta")
    assert office.case.eligibility == Eligibility("beta")


def test_a_proof_may_be_taken_back(office: Office) -> None:
    """A proof and its place, emptied, are no longer noted."""
    office.entitle("alpha", proof="carte", kept_at="coffre")
    office.entitle(proof="", kept_at="")
    assert office.case.eligibility == Eligibility("alpha")


SECRET = "Zorglub"


@pytest.mark.parametrize(
    "typed",
    [
        TypedEligibility(SECRET),
        TypedEligibility("alpha", {SECRET: "3"}),
        TypedEligibility("alpha", {"mois_inscrits": SECRET}),
        TypedEligibility("beta", {"avis": SECRET}),
        TypedEligibility("alpha", proof=SECRET),
        TypedEligibility("alpha", proof="courrier"),
        TypedEligibility("alpha", seen_on=SECRET),
        TypedEligibility("alpha", valid_until=SECRET),
        TypedEligibility("alpha", kept_at=SECRET * 60),
        TypedEligibility("alpha", kept_at=f"{SECRET}\x00"),
        TypedEligibility(None, {"mois_inscrits": "3"}),
    ],
)
def test_no_message_repeats_what_was_typed(office: Office, typed: TypedEligibility) -> None:
    """What cannot be read is refused in words that hold neither what was typed nor a ground or question."""
    before = office.case
    with pytest.raises(InvalidInput) as refusal:
        office.recording.eligibility(office.ref, typed, by=BY)
    said = (refusal.value.message + repr(refusal.value)).casefold()
    hidden = (SECRET.casefold(), "alpha", "beta", "mois_inscrits", "avis", "carte", "courrier")
    assert [word for word in hidden if word in said] == []
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    assert office.case == before


def test_a_revealing_comment_is_refused(office: Office) -> None:
    """A comment with a revealing word is refused with any noting: comments are read in the journal."""
    typed = TypedEligibility("alpha")
    asks: list[Callable[[str], object]] = [
        lambda text: office.recording.eligibility(office.ref, typed, by=BY, comment=text),
        lambda text: office.recording.hours(office.ref, [], by=BY, comment=text),
        lambda text: note_papers(office.cases, office.ref, TypedPapers({}), by=BY, comment=text),
    ]
    for ask in asks:
        found = message_of(Refused, lambda ask=ask: ask("vu : ZÊTA"))  # type: ignore[misc]
        assert found.startswith("Le commentaire contient un mot")
        assert "zêta" not in found.casefold()


def test_the_history_tells_when_and_never_what(office: Office) -> None:
    """Each noting of eligibility is an entry; printed, the whole journal holds nothing restricted."""
    office.entitle("alpha", answers={"mois_inscrits": "4321"}, proof="carte", kept_at="coffre 12")
    office.entitle("beta", answers={"avis": "reserve"}, seen_on="06/01/2026")
    journal = office.cases.store.journal(office.ref)
    assert [entry.kind for entry in journal] == [
        EntryKind.OPENING,
        EntryKind.ELIGIBILITY,
        EntryKind.ELIGIBILITY,
    ]
    assert [change.name for change in journal[2].changes] == ["preuve_vue_le"]
    hidden = ("alpha", "beta", "4321", "carte", "coffre", "reserve", "mois_inscrits", "avis")
    assert [word for word in hidden if word in repr(journal)] == []


def test_who_looks_at_a_case_sees_nothing_restricted(office: Office) -> None:
    """The views of a case, its verdict, its quote and its sheet come without the restricted part."""
    office.entitle("alpha", answers={"mois_inscrits": "4321"}, proof="carte")
    case, _ = office.inquiries.control(office.ref)
    quoted, _, _ = office.inquiries.quote(office.ref)
    shown = (
        case,
        quoted,
        office.inquiries.sheet(office.ref).case,
        office.cases.view(office.ref).case,
    )
    assert [one.eligibility for one in shown] == [None] * 4


def test_reading_the_restricted_part_is_recorded_first(office: Office) -> None:
    """Whoever reads the restricted part is recorded, with the hour, and sees those who read it before."""
    office.entitle("alpha", answers={"mois_inscrits": "3"})
    office.inquiries.restricted(office.ref, by="p.martin")
    office.clock.now = paris(1, 8)
    view = office.inquiries.restricted(office.ref, by=BY)
    assert [(one.by, one.at) for one in view.consultations] == [
        ("p.martin", paris(1, 7)),
        (BY, paris(1, 8)),
    ]
    assert view.ground is not None
    assert (view.ground.id, view.eligibility) == (
        "alpha",
        Eligibility("alpha", {"mois_inscrits": 3}),
    )
    assert [one.id for one in view.findings] == ["E-alpha"]


# --- What all notings have in common ---------------------------------------------------------------------

NOTINGS: list[Callable[[Office, int | None], Outcome]] = [
    lambda o, v: note_papers(
        o.cases, o.ref, TypedPapers({RECEIVED: ["formulaire"]}), by=BY, version=v
    ),
    lambda o, v: o.recording.hours(
        o.ref, [(None, TypedHours("mission", "06/01/2026", done="7"))], by=BY, version=v
    ),
    lambda o, v: o.recording.eligibility(o.ref, TypedEligibility("alpha"), by=BY, version=v),
]


@pytest.mark.parametrize("ask", NOTINGS)
def test_a_version_seen_earlier_is_refused(
    office: Office, ask: Callable[[Office, int | None], Outcome]
) -> None:
    """Whoever notes something on a version read before somebody else's write is told; on this one, not."""
    office.mark(RECEIVED, "attestation")
    with pytest.raises(StaleCase):
        ask(office, 1)
    assert ask(office, 2).after.version == 3


@pytest.mark.parametrize("ask", NOTINGS)
def test_the_clock_is_read_once(
    office: Office, ask: Callable[[Office, int | None], Outcome]
) -> None:
    """Each noting reads the clock exactly once, and writes nothing by itself."""
    before, reads = office.case, office.clock.reads
    outcome = ask(office, None)
    assert (office.clock.reads - reads, office.case) == (1, before)
    assert outcome.entry.at == paris(1, 7)


def test_a_stale_noting_is_told_without_what_it_was(office: Office) -> None:
    """The refusal of a stale act tells that hours and eligibility were noted, never which ground."""
    office.hours(TypedHours("mission", "06/01/2026", done="7"))
    office.entitle("alpha", answers={"mois_inscrits": "3"})
    with pytest.raises(StaleCase) as refusal:
        note_papers(
            office.cases, office.ref, TypedPapers({RECEIVED: ["formulaire"]}), by=BY, version=1
        )
    hours, eligibility = refusal.value.changes
    assert "Marie Durand : Heures (Heures, ligne 1 : mission le 06/01/2026" in hours
    assert eligibility.endswith("Marie Durand : Éligibilité (partie restreinte)")
