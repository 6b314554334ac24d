"""The mails of a round, sorted by whom they are for: the owner as they like it, the manager when it presses.

Filled and emptied by `notifications.reminders.round`, one set for the files that share a reader. Decides who
hears of what and by which channel; writes nothing itself and knows no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from notifications.model.announcement import Reminder, Telling
from notifications.model.preferences import Delivery, Habits, Topic
from notifications.people.ceiling import Ceiling
from notifications.people.mornings import Mornings
from notifications.people.staff import Addressee
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Audience, Due, Planned, topic
from workflow.case.people import Recipient
from workflow.rules.deadline_rules import Kind


class _Group(Struct):
    """What one recipient is told."""

    told: Addressee
    files: list[list[Due]] = field(default_factory=list)
    """What is told at once, case by case."""
    quiet: list[Reminder] = field(default_factory=list)
    """What is left to the digest, or was not wanted."""


class Grouping:
    """What a round tells, by recipient.

    Args:
        composer: writes the mails.
        group_from: files from which a recipient gets one mail for all of them.
        now: the instant of the round.
        ceiling: mails that each may still receive today.
    """

    def __init__(
        self, composer: Composer, group_from: int, now: datetime, ceiling: Ceiling
    ) -> None:
        self._composer = composer
        self._ceiling = ceiling
        self._mails: Counter[str] = Counter()
        """Mails of each reader in this set."""
        self._group_from = group_from
        self._now = now
        self._groups: dict[str, _Group] = {}
        self.told = 0
        """Reminders told at once."""
        self.left = 0
        """Reminders left to the digest, or not wanted."""

    def put(
        self,
        told: Addressee,
        habits: Habits,
        manager: Addressee | None,
        dues: Sequence[Due],
        mornings: Mornings | None = None,
    ) -> None:
        """Sort what is due of one case between its follower and the manager.

        Args:
            told: who follows the case today.
            habits: how they want to be told.
            manager: who is told when it presses; None when whoever follows the case is.
            dues: what is due.
            mornings: the digests of whoever follows it, when they want to hear of it by them alone.
        """
        owner: list[Due] = []
        above: list[Due] = []
        for due in dues:
            in_time = mornings is not None and mornings.say(due)
            at_once, quiet = _by_channel(due, habits, alone=manager is None, said=in_time)
            up = tuple(one for one in due.planned if one.audience is not Audience.OWNER)
            if manager is not None and up:
                above.append(replace(due, planned=up))
            if at_once:
                owner.append(replace(due, planned=at_once))
            for channel, planned in quiet.items():
                self._group(told).quiet.extend(
                    replace(due, planned=tuple(planned)).reminders(told.recipient.id, channel)
                )
        for whom, said in ((told, owner), (manager, above)):
            if whom is not None and said:
                self._group(whom).files.append(said)

    def tellings(self) -> tuple[Telling, ...]:
        """Return what is told to each recipient: a mail for each case, or one for many."""
        found = tuple(
            telling for group in self._groups.values() for telling in self._tellings(group)
        )
        self.told = sum(len(one.reminders) for one in found if one.message is not None)
        self.left = sum(len(one.reminders) for one in found if one.message is None)
        return found

    def _tellings(self, group: _Group) -> Iterator[Telling]:
        told, recipient = group.told, group.told.recipient
        if group.quiet:
            yield Telling(tuple(group.quiet))
        for files, above in self._shared(group.files, recipient):
            if above or len(files) >= self._group_from:
                most = self._ceiling.most if above else None
                message = self._composer.group(recipient, files, self._now, told=told, ceiling=most)
            else:
                message = self._composer.reminder(recipient, files[0], self._now, told=told)
            day = self._ceiling.day(recipient)
            # Among many, others may come from elsewhere meanwhile; the last of a day rests on this count.
            known = day.count + self._mails[recipient.id] if above else self._ceiling.most - 1
            day = replace(day, count=known)
            self._mails[recipient.id] += 1
            yield Telling(_reminders(files, recipient), message, day)

    def _shared(
        self, files: list[list[Due]], reader: Recipient
    ) -> Iterator[tuple[list[list[Due]], bool]]:
        """Yield the files of each mail of a reader, and whether it is the one of what is above the ceiling.

        Raises:
            Refused: when even that one has left, less than an hour ago.
        """
        if not files:
            return
        mails = [files] if len(files) >= self._group_from else [[one] for one in files]
        above: list[list[Due]] = []
        room = self._ceiling.most - self._ceiling.day(reader).count - self._mails[reader.id]
        if len(mails) > room:
            if room < 0:
                self._ceiling.check_apart(reader, told=self._mails[reader.id] > 0)
            pressing, alone = sorted(files, key=_limit), max(room, 0)
            mails, above = [[one] for one in pressing[:alone]], pressing[alone:]
        yield from ((one, False) for one in mails)
        if above:
            yield above, True

    def _group(self, told: Addressee) -> _Group:
        return self._groups.setdefault(told.key, _Group(told))


def _by_channel(
    due: Due, habits: Habits, *, alone: bool, said: bool
) -> tuple[tuple[Planned, ...], dict[Delivery, list[Planned]]]:
    """Return what the follower is told at once, and the rest by the channel they chose.

    Args:
        due: what is due.
        habits: how they want to be told.
        alone: True when nobody else is told of what presses.
        said: True when a digest that they read says it in time.
    """
    at_once: list[Planned] = []
    quiet: dict[Delivery, list[Planned]] = {}
    for one in due.planned:
        if one.audience is Audience.MANAGER and not alone:
            continue
        about = topic(due.row.deadline, one.offset)
        channel = habits.channel(due.row.procedure, about)
        presses = one.audience is not Audience.OWNER or (habits.one_a_day and about is Topic.LIMIT)
        if channel is Delivery.AT_ONCE or (presses and not said):
            at_once.append(one)
        else:
            quiet.setdefault(channel, []).append(one)
    return tuple(at_once), quiet


def _limit(dues: Sequence[Due]) -> tuple[bool, str]:
    """Return what sorts files by the first limit that a text sets, those without any last."""
    limits = [
        due.row.deadline.dates.strict.isoformat()
        for due in dues
        if due.row.deadline.dates.strict is not None and due.row.deadline.kind is Kind.REGULATORY
    ]
    return not limits, min(limits, default="")


def _reminders(files: Sequence[Sequence[Due]], recipient: Recipient) -> tuple[Reminder, ...]:
    return tuple(told for dues in files for due in dues for told in due.reminders(recipient.id))
