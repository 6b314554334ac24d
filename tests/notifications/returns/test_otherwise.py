"""Who is told at once of a mail that did not arrive, and who waits for the digest of the morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from notifications.model.announcement import Announcement, Telling
from notifications.model.messages import MessageKind, MessageQuery, MessageState
from notifications.model.preferences import Absence
from notifications.reminders.renewal import Renewal
from notifications.returns.otherwise import Otherwise
from notifications.returns.settling import Postmaster, Settled
from notifications.schedule.planning import Due
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
from workflow.usecases.ports import OpenDeadline

PLANNER = make_planner()
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEAVES = paris(date(2026, 9, 1))
"""When the mail leaves; the strict hour is Sunday 6 September at 9, the prudent day Thursday."""
NEAR = paris(date(2026, 9, 2))
LEASE = timedelta(minutes=5)


def postmaster(store: MemoryNotificationStore) -> Postmaster:
    """Return what settles the returns of a store."""
    return Postmaster(store, Otherwise(store, PLANNER, make_composer(PLANNER), DIRECTORY))


def sent(store: MemoryNotificationStore, at: datetime = LEAVES) -> list[str]:
    """Have the server take all that waits; return the Message-IDs."""
    claimed = store.claim(at, 50, LEASE, "relais")
    for one in claimed:
        store.mark_sent(one.lease, at, "250 OK")
    return [one.message_id for one in claimed]


def told(*rows: OpenDeadline, reader: str = "zoe") -> tuple[MemoryNotificationStore, str]:
    """Return a store in which a reminder of some rows has left, and its Message-ID."""
    store, recipient = MemoryNotificationStore(rows), DIRECTORY.recipient(reader, "dijon")
    dues = [
        Due(one, PLANNER.between(one.deadline, one.agency, LEAVES - timedelta(days=60), LEAVES))
        for one in rows
    ]
    message = make_composer(PLANNER).group(recipient, [[one] for one in dues], LEAVES)
    reminders = tuple(said for one in dues for said in one.reminders(recipient.id))
    store.announce([Announcement((), (Telling(reminders, message),))], LEAVES)
    (message_id,) = sent(store)
    return store, message_id


def bounced(
    store: MemoryNotificationStore, message_id: str, at: datetime = NEAR, address: str | None = None
) -> Settled:
    """Note that a mail came back."""
    return postmaster(store).note([a_return(message_id, address=address)], SERVICE, at).settled[0]


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
    """The notice that comes back in its turn goes to the agency; nobody is left after it."""
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
    for number in (2, 3, 4):
        one = store.rows[number] = row(number, ref=f"CIPI-2026-01{number}")
        due = Due(one, PLANNER.between(one.deadline, "dijon", LEAVES - timedelta(days=60), LEAVES))
        message = make_composer(PLANNER).reminder(ZOE, [due], LEAVES)
        telling = Telling(due.reminders(ZOE.id), message)
        store.announce([Announcement((), (telling,))], LEAVES)
    second, leaving = store.claim(LEAVES, 2, LEASE, "relais")
    store.mark_sent(second.lease, LEAVES, "250 OK")
    assert bounced(store, first).told == ("personne:lea",)
    assert bounced(store, second.message_id).told == ("personne:lea",)
    states = [one.state for one in store.messages(MessageQuery(recipient=ZOE.id))]
    assert states == [
        MessageState.FAILED,
        MessageState.WAITING,
        MessageState.UNDELIVERED,
        MessageState.UNDELIVERED,
    ]
    notices = [one for one in store.letters if one.kind is MessageKind.NOTICE]
    assert [one.ref for one in notices] == ["CIPI-2026-0042", "CIPI-2026-012", "CIPI-2026-014"]
    assert all("n’est pas parti" in " ".join(one.split()) for one in both(notices[-1]))
    store.mark_sent(leaving.lease, LEAVES, "250 OK")
    assert bounced(store, leaving.message_id).told == ("personne:lea",)
