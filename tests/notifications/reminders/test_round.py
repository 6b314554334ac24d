"""The round: merged, marked late, held at night, never lost, never repeated, never blocked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from notifications.model.messages import OutgoingMessage
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from notifications.people.staff import Addressee
from notifications.reminders.round import ReminderRound
from notifications.schedule.planning import Audience, Due, Planned
from tests.support.notifications import (
    OPENED,
    MemoryNotificationStore,
    armed,
    body,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    reply,
    row,
    target,
)
from workflow.case.people import Person, Recipient
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()


def a_store(*rows: OpenDeadline) -> MemoryNotificationStore:
    """Return a store whose rows are armed as the case store would."""
    return MemoryNotificationStore(armed(PLANNER, *rows))


def a_sweep(store: MemoryNotificationStore, **options: Any) -> ReminderRound:
    """Return the sweep of the tests."""
    directory = options.pop("directory", None) or make_directory()
    composer = options.pop("composer", None) or make_composer(PLANNER)
    return ReminderRound(store, PLANNER, composer, directory, **options)


def told(store: MemoryNotificationStore, recipient: str) -> dict[str, set[str]]:
    """Return what a recipient was told: the offsets, by deadline."""
    found: dict[str, set[str]] = {}
    for _, rule, _, offset, whom in store.reminders:
        if whom == recipient:
            found.setdefault(rule, set()).add(offset)
    return found


def audience(one: OpenDeadline, planned: Planned) -> set[str]:
    """Return who must hear of a reminder: Léa manages Zoé, an agency's address manages itself."""
    owner, manager = ("personne:zoe", "personne:lea") if one.owner else ("agence:pap",) * 2
    match planned.audience:
        case Audience.OWNER:
            return {owner}
        case Audience.MANAGER:
            return {manager}
    return {owner, manager}


def test_nothing_is_said_before_its_time() -> None:
    """A second before the first reminder, the round finds nothing."""
    store = a_store(row())
    report = a_sweep(store).run(paris(date(2026, 7, 8)) - timedelta(seconds=1))
    assert (report.looked_at, store.letters) == (0, [])


def test_a_reminder_enters_the_outbox_and_arms_the_next() -> None:
    """At its instant a reminder is written once, with its identity, and the row moves on."""
    store = a_store(row())
    now = paris(date(2026, 7, 8))
    report = a_sweep(store).run(now)
    assert (report.messages, report.reminders, report.late) == (1, 1, 0)
    assert list(store.reminders) == [
        ("CIPI-2026-0042", "drf", "2026-07-08", "ouverture", "personne:zoe")
    ]
    assert store.rows[1].reminded_until == now
    assert store.rows[1].next_reminder_at == paris(date(2026, 8, 14))
    assert store.letters[0].address == "zoe@interim.example"


def test_a_week_of_silence_makes_one_late_mail() -> None:
    """The reminders missed during a stop are told together, and say so."""
    store = a_store(row())
    now = paris(date(2026, 9, 2), 10, 30)
    report = a_sweep(store).run(now)
    assert (report.messages, report.reminders, report.late) == (1, 7, 1)
    text = body(store.letters[0].content, "plain").replace("\u00a0", " ")
    assert "jours ouvrés de retard" in text
    assert store.rows[1].next_reminder_at == paris(date(2026, 9, 3))


def test_the_usual_delay_of_a_beat_is_not_late() -> None:
    """Half a minute after nine, a reminder is on time."""
    store = a_store(row())
    assert a_sweep(store).run(paris(date(2026, 7, 8), 9, 0, 30)).late == 0


def test_one_mail_per_case_and_person() -> None:
    """Three deadlines of one case make one mail; another case makes another."""
    store = a_store(
        row(1, target()), row(2, reply()), row(3, drf()), row(4, target(), ref="CIPI-2026-0099")
    )
    report = a_sweep(store).run(paris(date(2026, 9, 1), 10))
    assert report.messages == 2
    assert [message.ref for message in store.letters] == ["CIPI-2026-0042", "CIPI-2026-0099"]


def test_a_case_without_owner_is_told_to_its_agency() -> None:
    """Nobody owns it, or somebody who has left: the agency's address is written to."""
    store = a_store(row(1, owner=None), row(2, owner="partie", ref="CIPI-2026-0099"))
    a_sweep(store).run(paris(date(2026, 7, 8)))
    assert {message.address for message in store.letters} == {"dijon@interim.example"}


def test_batches_go_on_until_nothing_is_due() -> None:
    """More rows than a batch holds are all told in one round."""
    store = a_store(*(row(n, ref=f"CIPI-2026-{n:04}") for n in range(1, 26)))
    report = a_sweep(store, batch=10).run(paris(date(2026, 7, 8)))
    assert (report.reminders, report.looked_at) == (25, 25)
    assert set(store.due_limits) == {10}


def test_a_request_to_stop_is_heard_between_batches() -> None:
    """Asked to stop, the round ends after its batch; the rest stays due."""
    store = a_store(*(row(n, ref=f"CIPI-2026-{n:04}") for n in range(1, 26)))
    report = a_sweep(store, batch=10, stopping=lambda: bool(store.letters)).run(
        paris(date(2026, 7, 8))
    )
    assert report.reminders == 10
    assert len(store.due(paris(date(2026, 7, 8)), 100)) == 15


def test_at_night_a_reminder_waits_for_the_opening() -> None:
    """Found on a Tuesday evening, a reminder is held, then told on Wednesday at nine, as late."""
    store = a_store(row(1, target(prudent=date(2026, 9, 15))))
    sweep = a_sweep(store)
    evening = paris(date(2026, 8, 26), 20)
    report = sweep.run(evening)
    assert (report.held, report.messages) == (1, 0)
    assert store.rows[1].reminded_until == OPENED
    assert store.rows[1].next_reminder_at == paris(date(2026, 8, 27))
    assert sweep.run(evening + timedelta(minutes=1)).looked_at == 0
    report = sweep.run(paris(date(2026, 8, 27)))
    assert (report.messages, report.late, report.reminders) == (1, 1, 1)


def test_a_deadline_before_the_opening_is_told_at_night() -> None:
    """On Friday evening, a limit on Sunday cannot wait for Monday: the mails leave and say why."""
    store = a_store(row())
    report = a_sweep(store).run(paris(date(2026, 9, 4), 20))
    assert (report.messages, report.held) == (2, 0)
    text = body(store.letters[0].content, "plain")
    assert "Ce message part en dehors des heures de travail" in text


def test_when_one_deadline_presses_the_case_is_told_whole() -> None:
    """A mail that leaves at night carries the other reminders of the case."""
    store = a_store(row(1, drf()), row(2, reply()))
    report = a_sweep(store).run(paris(date(2026, 9, 4), 20))
    assert (report.messages, report.held) == (2, 0)
    assert told(store, "personne:zoe")["drf"] >= {"strict-1"}
    assert told(store, "personne:zoe")["reponse_akto"] == {"relance"}


def test_a_row_with_nothing_to_say_is_only_moved_on() -> None:
    """A row armed by an older policy is planned again without a mail."""
    odd = replace(row(), next_reminder_at=paris(date(2026, 7, 1)))
    store = MemoryNotificationStore([odd])
    report = a_sweep(store).run(paris(date(2026, 7, 1)))
    assert (report.looked_at, report.messages) == (1, 0)
    assert store.rows[1].next_reminder_at == paris(date(2026, 7, 8))


def test_a_moved_deadline_is_announced_again() -> None:
    """The same offset of another date is another reminder."""
    store = a_store(row(1, target()))
    sweep = a_sweep(store)
    sweep.run(paris(date(2026, 9, 3)))
    moved = row(1, target(prudent=date(2026, 9, 18)), reminded_until=paris(date(2026, 9, 3), 11))
    store.rows[1] = armed(PLANNER, moved)[0]
    sweep.run(paris(date(2026, 9, 17)))
    values = sorted((value, offset) for _, _, value, offset, _ in store.reminders)
    assert ("2026-09-04", "prudent-1") in values
    assert ("2026-09-18", "prudent-1") in values


def test_a_date_that_comes_back_is_not_announced_twice() -> None:
    """Moved and moved back, a deadline does not repeat what was told of its first date."""
    store = a_store(row(1, target()))
    sweep = a_sweep(store)
    now = paris(date(2026, 9, 3))
    sweep.run(now)
    store.rows[1] = replace(
        row(1, target()), reminded_until=now - timedelta(days=1), next_reminder_at=now
    )
    assert sweep.run(now).messages == 0
    assert len(store.letters) == 1


def test_a_row_moved_meanwhile_is_left_to_whoever_moved_it() -> None:
    """A row that another sweep takes between reading and writing gives no second mail."""
    store = a_store(row())
    now = paris(date(2026, 7, 8))

    class Overtaken(MemoryNotificationStore):
        def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
            found = store.due(now, limit)
            a_sweep(store).run(now)
            return found

    overtaken = Overtaken(engine=store.engine)
    report = a_sweep(overtaken).run(now)
    assert report.messages == 0
    assert len(store.letters) == 1


def test_an_unknown_agency_blocks_nobody() -> None:
    """A broken row is reported and put aside for an hour; the others are told."""
    now = paris(date(2026, 7, 8))
    lost = replace(row(1, agency="fermee", owner=None, ref="A-PERDU"), next_reminder_at=now)
    store = MemoryNotificationStore([lost, *armed(PLANNER, row(2))])
    report = a_sweep(store).run(now)
    assert report.messages == 1
    assert [(one.ref, one.rule) for one in report.broken] == [("A-PERDU", "drf")]
    assert "« fermee » n’existe pas" in report.broken[0].reason
    assert store.rows[1].next_reminder_at == now + timedelta(hours=1)
    assert store.rows[1].reminded_until == OPENED


def test_a_bad_address_puts_the_mail_aside_without_losing_it() -> None:
    """Once the address is corrected, the reminder leaves and says that it is late."""
    wrong = Person("zoe", "Zoé", "zoe(at)interim", "dijon")
    store = a_store(row())
    now = paris(date(2026, 7, 8))
    report = a_sweep(store, directory=make_directory(zoe=wrong)).run(now)
    assert "Adresse de courriel illisible" in report.broken[0].reason
    report = a_sweep(store).run(now + timedelta(hours=2))
    assert (report.messages, report.late) == (1, 1)


def test_what_is_put_aside_is_told_again_until_it_is_mended() -> None:
    """Between two tries, whoever asks hears which reminder waits and why; asking writes nothing."""
    now = paris(date(2026, 7, 8))
    lost = replace(row(1, agency="fermee", owner=None, ref="A-PERDU"), next_reminder_at=now)
    store = MemoryNotificationStore([lost, *armed(PLANNER, row(2))])
    told = a_sweep(store)
    told.run(now)
    before = store.all_open(0, 10)
    (aside,) = told.put_aside(now + timedelta(minutes=30), 10)
    assert (aside.ref, aside.rule) == ("A-PERDU", "drf")
    assert "« fermee » n’existe pas" in aside.reason
    assert store.all_open(0, 10) == before


def test_a_broken_deadline_does_not_silence_its_case() -> None:
    """One deadline out of the calendar's years is put aside; the case's other one is told."""
    now = paris(date(2026, 7, 8))
    broken = replace(row(1, target(prudent=date(2199, 1, 1))), next_reminder_at=now)
    store = MemoryNotificationStore([broken, *armed(PLANNER, row(2))])
    report = a_sweep(store).run(now)
    assert report.messages == 1
    assert len(report.broken) == 1
    assert "hors calendrier" in report.broken[0].reason


def test_an_unforeseen_error_quotes_nothing_private() -> None:
    """A bug while composing is reported by its kind, never by its text."""

    class Buggy:
        def reminder(
            self,
            recipient: Recipient,
            dues: Sequence[Due],
            now: datetime,
            *,
            told: Addressee | None,
        ) -> OutgoingMessage:
            raise KeyError("Madame Untel, RQTH")

    report = a_sweep(a_store(row()), composer=Buggy()).run(paris(date(2026, 7, 8)))
    assert report.broken[0].reason == (
        "Rappel impossible à écrire (KeyError) ; prévenez le support."
    )


def test_a_store_that_forgets_does_not_make_the_round_endless() -> None:
    """Rows that stay due after having been written are looked at once in a round."""

    class Forgetful(MemoryNotificationStore):
        def announce(self, announcements: Any, now: datetime) -> int:
            return 0

    store = Forgetful(armed(PLANNER, row()))
    assert a_sweep(store).run(paris(date(2026, 7, 8))).looked_at == 1


def test_a_clock_set_back_repeats_nothing() -> None:
    """What was told stays told when the machine's clock goes back an hour."""
    store = a_store(row())
    sweep = a_sweep(store)
    now = paris(date(2026, 7, 8), 10)
    sweep.run(now)
    store.rows[1] = replace(store.rows[1], next_reminder_at=now - timedelta(hours=2))
    sweep.run(now - timedelta(hours=1))
    assert store.rows[1].reminded_until == now
    assert len(store.letters) == 1


FRIDAY = date(2026, 9, 4)
"""A working day before the strict limit of the DRF, on Sunday 6 September."""


def test_the_manager_is_told_a_working_day_before_the_limit() -> None:
    """Nothing was done: Léa receives a mail of her own about Zoé's file, and Zoé hers."""
    store = a_store(row(1, drf(), reminded_until=paris(date(2026, 9, 3), 12)))
    a_sweep(store).run(paris(FRIDAY))
    assert told(store, "personne:zoe") == {"drf": {"strict-1"}}
    assert told(store, "personne:lea") == {"drf": {"escalade"}}
    assert len({message.key for message in store.letters}) == 2


def test_a_missed_limit_is_told_to_both() -> None:
    """On the Monday, Zoé and Léa learn that the limit of Sunday was missed."""
    store = a_store(row(1, drf(), reminded_until=paris(FRIDAY, 12)))
    a_sweep(store).run(paris(date(2026, 9, 7)))
    for whom in ("personne:zoe", "personne:lea"):
        assert told(store, whom) == {"drf": {"manque"}}


def test_whoever_is_their_own_manager_is_told_once() -> None:
    """A file without an owner goes to the agency, which is also told for the manager: one mail."""
    store = a_store(row(1, drf(), owner=None, reminded_until=paris(date(2026, 9, 3), 12)))
    report = a_sweep(store).run(paris(FRIDAY))
    assert report.messages == 1
    assert told(store, "agence:dijon") == {"drf": {"strict-1", "escalade"}}


def test_a_pause_never_delays_the_manager() -> None:
    """Zoé is on pause until mid-September: her manager still hears on the Friday, and so does she."""
    store = a_store(row(1, drf(), reminded_until=paris(date(2026, 9, 2), 12)))
    store.choose(Habits("zoe", paused_until=date(2026, 9, 5)))
    sweep = a_sweep(store)
    sweep.run(paris(FRIDAY))
    assert told(store, "personne:lea") == {"drf": {"escalade"}}
    assert "strict-1" in told(store, "personne:zoe")["drf"]


def test_a_person_on_pause_is_told_afterwards_once() -> None:
    """What came due in a pause waits for its end, in one mail; nothing is told meanwhile."""
    store = a_store(row(1, target(prudent=date(2026, 9, 15))))
    store.choose(Habits("zoe", paused_until=date(2026, 8, 28)))
    sweep = a_sweep(store)
    report = sweep.run(paris(date(2026, 8, 26)))
    assert (report.held, store.letters) == (1, [])
    assert store.rows[1].next_reminder_at == paris(date(2026, 8, 31))
    assert sweep.run(paris(date(2026, 8, 31))).messages == 1


def test_a_preference_leaves_a_reminder_to_the_digest() -> None:
    """No mail, but a trace: the reminder is noted with the channel that was chosen."""
    store = a_store(row(1, target()))
    store.choose(Habits("zoe", (Preference(Delivery.DIGEST, Topic.TARGET),)))
    report = a_sweep(store).run(paris(date(2026, 8, 17)))
    assert (report.messages, report.left, store.letters) == (0, 1, [])
    assert [one.channel for one in store.reminders.values()] == [Delivery.DIGEST]
    assert store.rows[1].next_reminder_at == paris(date(2026, 8, 26))


def test_one_mail_a_day_leaves_what_this_morning_said() -> None:
    """The digest has said it, unless noted since or if it missed its morning; managers are told anyway."""
    thursday = paris(date(2026, 9, 3), 12)
    for known, hour, mails in ((thursday, 9, 0), (paris(FRIDAY, 8), 9, 1), (thursday, 14, 1)):
        store = a_store(row(1, drf(), reminded_until=known))
        store.choose(Habits("zoe", one_a_day=True))
        a_sweep(store).run(paris(FRIDAY, hour))
        readers = [one.recipient for one in store.letters]
        assert (readers.count("personne:zoe"), readers.count("personne:lea")) == (mails, 1)


def test_a_preference_for_one_procedure_leaves_the_others_alone() -> None:
    """Zoé wants the targets of PTP in her digest; those of CIPI still make a mail."""
    store = a_store(row(1, target()), row(2, target(), ref="PTP-2026-0001", procedure="ptp"))
    store.choose(Habits("zoe", (Preference(Delivery.DIGEST, procedure="ptp"),)))
    report = a_sweep(store).run(paris(date(2026, 8, 17)))
    assert (report.messages, report.left) == (1, 1)
    assert store.letters[0].ref == "CIPI-2026-0042"


def test_a_substitute_receives_for_the_absent() -> None:
    """Max is written to, and both names are kept with the message."""
    store = a_store(row(1, target()))
    store.leave(Absence("zoe", date(2026, 8, 10), date(2026, 8, 21), "max"))
    a_sweep(store).run(paris(date(2026, 8, 17)))
    message = store.letters[0]
    assert (message.recipient, message.on_behalf_of) == ("personne:max", "personne:zoe")
    text = body(message.content, "plain").replace("\u00a0", " ")
    assert "Zoé Müller" in text


def test_the_absent_and_the_substitute_are_not_mixed() -> None:
    """Max's own file and Zoé's make two mails: each says whom it is for."""
    store = a_store(
        row(1, target()), row(2, target(), ref="CIPI-2026-0050", owner="max", agency="dijon")
    )
    store.leave(Absence("zoe", date(2026, 8, 10), date(2026, 8, 21), "max"))
    a_sweep(store).run(paris(date(2026, 8, 17), 16))
    found = {(message.ref, message.on_behalf_of) for message in store.letters}
    assert found == {("CIPI-2026-0042", "personne:zoe"), ("CIPI-2026-0050", None)}


def test_many_files_of_a_morning_make_one_mail() -> None:
    """Three files due together make three mails, four make one, which names them all."""
    files = [row(n, target(), ref=f"CIPI-2026-{n:04}") for n in range(1, 5)]
    now = paris(date(2026, 8, 17))
    assert a_sweep(a_store(*files[:3])).run(now).messages == 3
    store = a_store(*files)
    report = a_sweep(store).run(now)
    assert (report.messages, report.reminders) == (1, 4)
    assert store.letters[0].ref is None
    text = body(store.letters[0].content, "plain")
    assert all(one.ref in text for one in files)


def test_one_odd_file_does_not_silence_the_others_of_its_group() -> None:
    """Told together, five files of which one cannot be written: the four others leave."""
    now = paris(date(2026, 8, 17))
    files = [row(n, target(), ref=f"CIPI-2026-{n:04}") for n in range(1, 5)]
    broken = replace(
        row(5, target(prudent=date(2199, 1, 1)), ref="CIPI-2026-0005"), next_reminder_at=now
    )
    store = MemoryNotificationStore([*armed(PLANNER, *files), broken])
    report = a_sweep(store).run(now)
    assert [one.ref for one in report.broken] == ["CIPI-2026-0005"]
    assert report.reminders == 4


def a_team(*ids: str, manager: str | None = "lea") -> dict[str, Person]:
    """Return people of Dijon, by id, that somebody manages."""
    return {
        id_: Person(id_, id_.upper(), f"{id_}@interim.example", "dijon", manager=manager)
        for id_ in ids
    }


def pressing(*owners: str | None, each: int = 2) -> list[OpenDeadline]:
    """Return files that are a working day from their limit, so many for each owner."""
    numbered = [owner for owner in owners for _ in range(each)]
    return [
        row(
            n,
            drf(),
            owner=owner,
            ref=f"CIPI-2026-{n:04}",
            reminded_until=paris(date(2026, 9, 3), 12),
        )
        for n, owner in enumerate(numbered, 1)
    ]


def test_the_manager_of_many_gets_one_mail() -> None:
    """Six people have two files each: Léa hears of the twelve in one mail, and each of them of two."""
    team = a_team("p1", "p2", "p3", "p4", "p5", "p6")
    store = a_store(*pressing(*team))
    report = a_sweep(store, directory=make_directory(**team)).run(paris(FRIDAY))
    whom = [message.recipient for message in store.letters]
    assert whom.count("personne:lea") == 1
    assert [whom.count(f"personne:{one}") for one in team] == [2] * 6
    assert (report.messages, report.reminders) == (13, 24)
    (mail,) = (one for one in store.letters if one.recipient == "personne:lea")
    text = body(mail.content, "plain")
    assert all(f"CIPI-2026-{n:04}" in text for n in range(1, 13))


def test_a_manager_hears_of_their_own_files_in_the_same_mail() -> None:
    """Léa follows two files and manages two people: one mail for the six."""
    team = a_team("p1", "p2")
    store = a_store(*pressing("lea", *team))
    a_sweep(store, directory=make_directory(**team)).run(paris(FRIDAY))
    assert [one.recipient for one in store.letters].count("personne:lea") == 1


def test_an_agency_that_stands_for_several_gets_one_mail() -> None:
    """Told for those who have left and for those whom nobody manages, the agency gets one mail."""
    team = a_team("p1", "p2", manager=None)
    store = a_store(*pressing("partie", "parti", None, *team))
    a_sweep(store, directory=make_directory(**team)).run(paris(FRIDAY))
    assert [one.recipient for one in store.letters].count("agence:dijon") == 1


def test_those_who_share_no_reader_are_announced_apart() -> None:
    """What becomes of one person's files never hangs on another's."""
    announced: list[int] = []

    class Watched(MemoryNotificationStore):
        def announce(self, announcements: Any, now: datetime) -> int:
            announced.extend(len(one.reschedules) for one in announcements)
            return super().announce(announcements, now)

    team = a_team("p1", "p2", manager=None) | a_team("p3", "p4")
    quiet = [row(n, target(), owner=one, ref=f"C-{n}") for n, one in enumerate(team, 1)]
    store = Watched(armed(PLANNER, *quiet))
    a_sweep(store, directory=make_directory(**team)).run(paris(date(2026, 8, 17)))
    assert announced == [1, 1, 1, 1]


def test_an_odd_file_leaves_the_others_of_its_manager_together() -> None:
    """One of twelve files cannot be written: Léa still gets one mail, for the eleven others."""
    team = a_team("p1", "p2", "p3", "p4", "p5", "p6")
    files = pressing(*team)
    files[4] = replace(files[4], title="Deux\nlignes")
    store = a_store(*files)
    report = a_sweep(store, directory=make_directory(**team)).run(paris(FRIDAY))
    assert [one.ref for one in report.broken] == ["CIPI-2026-0005"]
    assert [one.recipient for one in store.letters].count("personne:lea") == 1
    assert report.reminders == 22


def test_a_deadline_with_nothing_to_say_moves_on_beside_an_odd_one() -> None:
    """Of a file, one deadline cannot be written, one has nothing to say yet, one is told."""
    now = paris(date(2026, 8, 17))
    odd = replace(row(1, target()), next_reminder_at=now)
    early = replace(row(2, drf(), reminded_until=now), next_reminder_at=now)
    sound = replace(row(3, target(id="autre")), next_reminder_at=now)
    store = MemoryNotificationStore([odd, early, sound])

    class Picky:
        def reminder(self, recipient: Recipient, dues: Any, now: datetime, **options: Any) -> Any:
            if any(due.row.id == odd.id for due in dues):
                raise ValueError
            return make_composer(PLANNER).reminder(recipient, dues, now, **options)

    report = a_sweep(store, composer=Picky()).run(now)
    assert ([one.rule for one in report.broken], report.messages) == (["remise_documents"], 1)
    assert told(store, "personne:zoe") == {"autre": {"prudent-14"}}
    assert store.rows[2].next_reminder_at == PLANNER.next_after(drf(), "dijon", now)


def test_a_snoozed_deadline_speaks_when_it_was_told_to() -> None:
    """Put off to Thursday, the reminders of the week make one on that morning."""
    store = a_store(row(1, target(snoozed_until=date(2026, 9, 3))))
    sweep = a_sweep(store)
    assert sweep.run(paris(date(2026, 9, 2), 12)).messages == 0
    sweep.run(paris(date(2026, 9, 3)))
    assert told(store, "personne:zoe") == {"remise_documents": {"report"}}


@given(st.lists(st.integers(0, 60 * 24 * 150), min_size=1, max_size=40))
def test_each_reminder_is_told_exactly_once(minutes: list[int]) -> None:
    """Whatever the instants of the rounds, nights and weekends included, nothing is lost or repeated."""
    rows = [
        row(1, drf()),
        row(2, reply()),
        row(3, target()),
        row(4, drf(), ref="CIPI-2026-0004", agency="pap", owner=None),
    ]
    store = a_store(*rows)
    sweep = a_sweep(store)
    start = datetime(2026, 6, 15, tzinfo=UTC)
    instants = [start + timedelta(minutes=minute) for minute in sorted(minutes)]
    end = datetime(2026, 12, 1, 15, tzinfo=UTC)
    counts = [sweep.run(now).reminders for now in [*instants, end]]
    planned = {
        (one.ref, one.deadline.id, p.value, p.offset, recipient)
        for one in rows
        for p in PLANNER.planned(one.deadline, one.agency)
        for recipient in audience(one, p)
    }
    assert set(store.reminders) == planned
    assert sum(counts) == len(planned)
    assert all(one.next_reminder_at is None for one in store.rows.values())
