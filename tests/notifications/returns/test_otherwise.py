"""Who is told at once of a mail that did not arrive, and who waits for the digest of the morning."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from notifications.model.announcement import Announcement, Telling
from notifications.model.messages import MessageKind, MessageQuery, MessageState
from notifications.model.policy import ReminderPolicy
from notifications.model.preferences import Absence
from notifications.reminders.renewal import Renewal
from notifications.returns.otherwise import Otherwise
from notifications.returns.settling import Postmaster, Settled
from notifications.schedule.planning import Due, Planner
from tests.support.notifications import (
    MemoryNotificationStore,
    both,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    reply,
    row,
    target,
)
from tests.support.returns import SERVICE, a_return
from workflow.case.case import Deadline
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()
DIRECTORY = make_directory()
LEAVES = paris(date(2026, 9, 1))
"""When the mail leaves; the strict hour is Sunday 6 September at 9, the prudent day Thursday."""
NEAR = paris(date(2026, 9, 2))
LEASE = timedelta(minutes=5)


def postmaster(store: MemoryNotificationStore, planner: Planner = PLANNER) -> Postmaster:
    """Return what settles the returns of a store."""
    return Postmaster(store, Otherwise(store, planner, make_composer(planner), DIRECTORY))


def sent(store: MemoryNotificationStore, at: datetime = LEAVES) -> list[str]:
    """Have the server take all that waits; return the Message-IDs."""
    claimed = store.claim(at, 50, LEASE, "relais")
    for one in claimed:
        store.mark_sent(one.lease, at, "250 OK")
    return [one.message_id for one in claimed]


def announce(
    store: MemoryNotificationStore, *rows: OpenDeadline, reader: str | None = "zoe"
) -> None:
    """Have a reminder of some rows wait."""
    recipient = DIRECTORY.recipient(reader, "dijon")
    dues = [
        Due(one, PLANNER.between(one.deadline, one.agency, LEAVES - timedelta(days=60), LEAVES))
        for one in rows
    ]
    message = make_composer(PLANNER).group(recipient, [[one] for one in dues], LEAVES)
    reminders = tuple(said for one in dues for said in one.reminders(recipient.id))
    store.announce([Announcement((), (Telling(reminders, message),))], LEAVES)


def told(*rows: OpenDeadline, reader: str | None = "zoe") -> tuple[MemoryNotificationStore, str]:
    """Return a store in which a reminder of some rows has left, and its Message-ID."""
    store = MemoryNotificationStore(rows)
    announce(store, *rows, reader=reader)
    (message_id,) = sent(store)
    return store, message_id


def bounced(
    store: MemoryNotificationStore, message_id: str, at: datetime = NEAR, **said: str
) -> Settled:
    """Note that a mail came back."""
    return postmaster(store).note([a_return(message_id, **said)], SERVICE, at).settled[0]


def waits(store: MemoryNotificationStore, *numbers: int) -> None:
    """Have a reminder of each of some files more wait for Zoé."""
    for number in numbers:
        one = store.rows[number] = row(number, ref=f"CIPI-2026-01{number}")
        announce(store, one)


@pytest.mark.parametrize(
    ("deadline", "owner", "at", "readers"),
    [
        (drf(), "zoe", NEAR, ("personne:lea",)),
        (drf(), "zoe", paris(date(2026, 9, 1), 10), ("personne:lea",)),
        # Three working days are left: Wednesday, Thursday, Friday.
        (drf(prudent=date(2026, 9, 4)), "zoe", paris(date(2026, 9, 1), 10), ()),
        (drf(prudent=None), "zoe", paris(date(2026, 9, 1), 10), ()),
        # Lost, and noted by nobody: the manager hears of it once more than too little.
        (drf(), "zoe", paris(date(2026, 9, 7)), ("personne:lea",)),
        # No funding is lost by a target of the agency, nor by a reply that others owe.
        (target(), "zoe", NEAR, ()),
        (reply(), "zoe", NEAR, ()),
        # Léa has no manager: the agency.
        (drf(), "lea", NEAR, ("agence:dijon",)),
    ],
)
def test_the_manager_is_told_at_once_when_a_limit_of_the_law_presses(
    deadline: Deadline, owner: str, at: datetime, readers: tuple[str, ...]
) -> None:
    """Else it is in the digests of the next morning, as what failed."""
    store, message_id = told(row(deadline=deadline, owner=owner), reader=owner)
    settled = bounced(store, message_id, at)
    assert (settled.undelivered, settled.told) == (True, readers)
    notices = [one for one in store.letters if one.kind is MessageKind.NOTICE]
    assert tuple(one.recipient for one in notices) == readers


def test_the_notice_says_what_was_not_read_and_by_whom() -> None:
    """The mail, its address, what the server said, the files that press, and what to type."""
    later = drf(strict=paris(date(2026, 10, 6)), prudent=date(2026, 10, 2))
    far = row(2, later, ref="CIPI-2026-0043", title="Soudage")
    store, message_id = told(row(), far)
    bounced(store, message_id)
    notice = store.letters[-1]
    assert notice.subject.startswith("Courriel non remis à Zoé Müller – ")
    assert (notice.address, notice.ref) == ("lea@interim.example", "CIPI-2026-0042")
    for version in both(notice):
        said = " ".join(version.split())
        for words in ("zoe@interim.example", "550 5.1.1 Boîte inconnue", "CIPI-2026-0042"):
            assert words in said
        assert "echeancier courriels rediriger 1 --vers zoe" in said
        assert "CIPI-2026-0043" not in said


def test_it_is_never_told_twice_nor_to_the_address_that_failed() -> None:
    """The notice that comes back in its turn goes to the agency; nobody is left after it.

    Zoé's address failed first: it is not written to again, however long the chain.
    """
    store, message_id = told(row())
    assert bounced(store, message_id).told == ("personne:lea",)
    assert postmaster(store).note([a_return(message_id)], SERVICE, NEAR).settled[0].told == ()
    (to_lea,) = sent(store, NEAR)
    assert bounced(store, to_lea).told == ("agence:dijon",)
    (to_agency,) = sent(store, NEAR)
    assert (bounced(store, to_agency).undelivered, sent(store, NEAR)) == (True, [])


def test_an_alias_of_the_manager_that_fails_is_not_written_to() -> None:
    """Where the mail was forwarded to did not read it either."""
    store, message_id = told(row())
    assert bounced(store, message_id, address="lea@INTERIM.example").told == ("agence:dijon",)


def test_whoever_stands_in_for_the_manager_is_told() -> None:
    """An absence counts here as it does for reminders."""
    store, message_id = told(row())
    days = (NEAR - timedelta(days=1)).date(), (NEAR + timedelta(days=1)).date()
    store.add_absence(Absence("lea", *days, substitute="max"), "lea", NEAR)
    assert bounced(store, message_id).told == ("personne:max",)
    assert store.letters[-1].on_behalf_of == "personne:lea"


@pytest.mark.parametrize("gone", ["done", "moved", "unreadable", "agency"])
def test_what_is_done_or_cannot_be_told_is_marked_all_the_same(gone: str) -> None:
    """The mark never waits for a mail that nobody can write, or that has no reason left."""
    store, message_id = told(row())
    match gone:
        case "done":
            del store.rows[1]
        case "moved":
            store.rows[1] = row(deadline=drf(strict=paris(date(2026, 11, 6)), prudent=None))
        case "unreadable":
            store.rows[1] = row(title="Deux\nlignes")
        case "agency":
            store.rows[1] = row(agency="fermee")
    settled = bounced(store, message_id)
    assert (settled.undelivered, settled.told) == (True, ())


@pytest.mark.parametrize(("done", "leaves"), [(True, False), (False, True)])
def test_a_notice_that_has_waited_leaves_only_if_it_still_says_something(
    *, done: bool, leaves: bool
) -> None:
    """The server kept it waiting; meanwhile the act was done, or not."""
    store, message_id = told(row())
    bounced(store, message_id)
    if done:
        del store.rows[1]
    later = NEAR + timedelta(hours=3)
    (waiting,) = store.claim(later, 1, LEASE, "relais")
    renewed = Renewal(store, PLANNER, make_composer(PLANNER), DIRECTORY).renew(waiting, later)
    assert renewed == (waiting if leaves else None)


def test_what_waits_for_an_address_put_aside_is_stopped_and_told_otherwise() -> None:
    """The second mail that comes back stops a third; one in a relay's hands leaves, and comes back."""
    store, first = told(row())
    waits(store, 2, 3, 4)
    second, leaving = store.claim(LEAVES, 2, LEASE, "relais")
    store.mark_sent(second.lease, LEAVES, "250 OK")
    assert bounced(store, first).told == ("personne:lea",)
    assert bounced(store, second.message_id).told == ("personne:lea",)
    states = [one.state for one in store.messages(MessageQuery(recipient="personne:zoe"))]
    assert states == [
        MessageState.FAILED,
        MessageState.WAITING,
        MessageState.UNDELIVERED,
        MessageState.UNDELIVERED,
    ]
    *replaced, notice = (one for one in store.letters if one.kind is MessageKind.NOTICE)
    assert [store.sheet(one.key).waiting for one in (*replaced, notice)] == [False, False, True]
    for version in both(notice):
        said = " ".join(version.replace("\xa0", " ").split())
        assert (
            "3 rappels pour Zoé Müller (zoe@interim.example) ; le dernier n’est pas parti" in said
        )
        refs = "CIPI-2026-0042", "CIPI-2026-012", "CIPI-2026-014"
        assert [ref in said for ref in (*refs, "CIPI-2026-013")] == [True, True, True, False]
    store.mark_sent(leaving.lease, LEAVES, "250 OK")
    assert bounced(store, leaving.message_id).told == ("personne:lea",)


def to_lea(store: MemoryNotificationStore) -> list[Any]:
    """Return the notices that wait for Léa."""
    return [one for one in store.outbox.values() if one.recipient == "personne:lea" and one.waiting]


def test_thirty_mails_that_come_back_at_once_make_one_notice() -> None:
    """It says each file once and who did not read; what a person sends again meanwhile is told no more."""
    store, first = told(row())
    waits(store, *range(2, 31))
    returns = [a_return(one, address="zoe@interim.example") for one in (first, *sent(store))]
    settled = postmaster(store).note(returns, SERVICE, NEAR).settled
    assert {(one.undelivered, one.told) for one in settled} == {(True, ("personne:lea",))}
    (notice,) = to_lea(store)
    assert notice.subject.startswith("30\xa0courriels non remis à Zoé Müller – ")
    (text, _) = both(store.letters[-1])
    assert all(text.count(f"{one.ref} ·") == 1 for one in store.rows.values())
    assert "echeancier courriels lister --etat non_remis" in text
    states = [one.state for one in store.messages(MessageQuery(recipient="personne:lea"))]
    assert Counter(states) == {MessageState.WAITING: 1, MessageState.SUPERSEDED: 29}


def test_above_the_ceiling_of_a_day_a_notice_waits_and_gathers() -> None:
    """The first leaves at once, and so does the one more that says so; the next waits an hour at most."""
    planner = make_planner(ReminderPolicy(daily_ceiling=1))
    store, first = told(row())
    waits(store, *range(2, 7))
    ids, hour = [first, *sent(store)], timedelta(hours=1)

    def comes_back(number: int, at: datetime) -> datetime:
        postmaster(store, planner).note([a_return(ids[number], words=f"{at}")], SERVICE, at)
        (notice,) = to_lea(store)
        return cast(datetime, notice.next_attempt_at.replace(tzinfo=UTC))

    assert comes_back(0, NEAR) == NEAR
    sent(store, NEAR)
    assert comes_back(1, NEAR) == NEAR
    (text, _) = both(store.letters[-1])
    assert "après 1 courriel dans la journée" in text
    sent(store, NEAR)
    assert comes_back(2, NEAR + hour / 4) == NEAR + hour
    assert comes_back(3, NEAR + hour / 2) == NEAR + hour
    assert sent(store, NEAR + hour / 2) == []
    assert len(sent(store, NEAR + hour)) == 1
    assert comes_back(4, NEAR + hour) == NEAR + 2 * hour
    # Another day.
    assert comes_back(5, NEAR + 24 * hour) == NEAR + 2 * hour


def test_a_date_is_told_to_a_reader_once_a_day() -> None:
    """Two mails that said the same date came back; one that is sent again and comes back is told again."""
    store, first = told(row())
    announce(store, row(), reader="max")
    (second,) = sent(store)
    assert bounced(store, first).told == ("personne:lea",)
    sent(store, NEAR)
    assert (bounced(store, second).undelivered, to_lea(store)) == (True, [])
    store.retry(1, "zoe", NEAR)
    sent(store, NEAR)
    assert bounced(store, first, words="Encore").told == ("personne:lea",)


def test_a_mail_of_the_agency_that_comes_back_is_told_to_whoever_follows_the_file() -> None:
    """Nobody manages Léa: when the agency's own address fails, she hears of it; without an owner, nobody."""
    for owner, readers in (("lea", ("personne:lea",)), (None, ())):
        one = row(owner=owner)
        store, message_id = told(one, reader=None)
        assert bounced(store, message_id).told == readers


def test_a_reader_who_stands_in_for_somebody_has_one_notice_too() -> None:
    """What the agency reads in the place of Léa, and what it reads in its own name, are told together."""
    store, first = told(row())
    store.add_absence(Absence("lea", NEAR.date(), NEAR.date()), "lea", NEAR)
    assert bounced(store, first).told == ("agence:dijon",)
    assert store.letters[-1].on_behalf_of == "personne:lea"
    own = store.rows[2] = row(2, ref="CIPI-2026-0043", owner="lea")
    announce(store, own, reader="lea")
    (second,) = sent(store)
    assert bounced(store, second).told == ("agence:dijon",)
    joint = store.letters[-1]
    assert (joint.on_behalf_of, joint.ref) == (None, None)
    assert len(sent(store, NEAR)) == 1
