"""The service: at every beat, tell what is due, send the digests, empty the outbox, give a sign of life.

Run by `echeancier service`; one beat by `echeancier service --une-fois`. APScheduler only wakes it: it
holds no truth, and a beat that was missed is caught up by the next one. Each part of a beat fails on its
own. The logs name actions and kinds of errors, never a case, a person or an address. Each part of a beat
with its own way to fail: hence its length.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from notifications.digest.round import DigestRound
from notifications.inbox.collecting import Collecting
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.ports import Heartbeat, NotificationStore
from notifications.reminders.replan import ReplanReport, replan
from notifications.reminders.round import ReminderRound
from notifications.schedule.planning import Planner
from notifications.service.beats import WORK, BeatReport, Failure
from notifications.service.guard import Guard
from notifications.service.watch import Watch
from workflow.errors import EcheancierError, OutOfReach
from workflow.ports.stores import Clock

logger = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far back a clock may step when it is put right, unnoticed."""


class Stop:
    """A request to stop, that the parts of a beat look at between two pieces of work.

    Args:
        hurry: told too; it may be called from a signal handler.
    """

    def __init__(self, hurry: Callable[[], object] = lambda: None) -> None:
        self._hurry = hurry
        self._asked = False
        # Its put may run in a signal handler, whatever the interrupted code was doing; the locks of
        # an Event may not.
        self._wake: SimpleQueue[None] = SimpleQueue()

    def __call__(self) -> bool:
        """Tell whether stopping was asked."""
        return self._asked

    def ask(self) -> None:
        """Ask to stop; may be called from a signal handler or another thread."""
        self._asked = True
        self._hurry()
        self._wake.put(None)

    def wait(self) -> None:
        """Return once stopping was asked."""
        while not self._asked:
            # Not for ever: where a signal does not interrupt a wait, its handler runs in between.
            with suppress(Empty):
                self._wake.get(timeout=1.0)


class Service:
    """Beats.

    Args:
        sweep: tells what is due.
        morning: sends the digests.
        relay: empties the outbox.
        store: the heartbeat, and the plan to make again when the policy changed.
        planner: the plan in force.
        clock: the present.
        name: of this service, which no other bears.
        stop: the request that the parts were given as `stopping`.
        every: time between two beats, and between two signs of life while one lasts.
        housekeeping: what to do once a day besides, if anything.
        watches: who is told of every beat.
        guard: tells whether the clock can be believed; None compares it with the signs of life alone.
    """

    def __init__(
        self,
        sweep: ReminderRound,
        morning: DigestRound,
        relay: Relay,
        *,
        store: NotificationStore,
        planner: Planner,
        clock: Clock,
        name: str,
        stop: Stop | None = None,
        every: timedelta = timedelta(seconds=30),
        housekeeping: Callable[[datetime], object] | None = None,
        watches: Sequence[Watch] = (),
        guard: Guard | None = None,
    ) -> None:
        self._sweep = sweep
        self._morning = morning
        self._relay = relay
        self._store = store
        self._planner = planner
        self._clock = clock
        self._name = name
        self.stop = stop or Stop()
        self._every = every
        self._housekeeping = housekeeping
        self._watches = watches
        self._guard = guard or Guard(store, name)
        self.collecting: Collecting | None = None
        """Reads the return mailbox, where there is one."""
        self._last = False
        self._was_held = False
        self._seen: datetime | None = None
        self._lost_at: datetime | None = None
        self._fingerprint = planner.fingerprint()
        self._policy_in_force = ""

    def beat(self, *, last: bool = False) -> BeatReport:
        """Do everything that is due now, and return what was done; never raises.

        Args:
            last: True when no other beat follows: what is left to the next one is waited for.
        """
        self._last = last
        begun, report = perf_counter(), BeatReport(self._clock())
        for watch in self._watches:
            with self._aside():
                watch.began()
        if self._base_answers(report) and self._may_send(report):
            self._do(report)
            report.unreadable = self._store.unreadable()
        report.seconds = perf_counter() - begun
        for watch in self._watches:
            with self._aside():
                watch.ended(report)
        _log(report)
        return report

    def close(self) -> None:
        """Let those who watch hear of the last beat."""
        for watch in self._watches:
            with self._aside():
                watch.close()

    def _do(self, report: BeatReport) -> None:
        for part in WORK:
            with self._part(part, report):
                self._work(part, report)
            if report.failures and not self._base_answers(report):
                # The other parts would each wait for it, one after the other.
                return

    def _work(self, part: str, report: BeatReport) -> None:
        match part:
            case "replan":
                report.replan = self._replan_if_changed(report.at)
            case "sweep":
                report.sweep = self._sweep.run(self._clock())
            case "morning":
                report.morning = self._morning.run(self._clock())
            case "returns" if self.collecting is not None:
                collect = self.collecting.once if self._last else self.collecting.step
                report.returns = collect()
            case "relay":
                report.relay = asyncio.run(self._relayed())
            case "heartbeat":
                self._store.beat(self._sign())

    async def _relayed(self) -> RelayReport:
        """Empty the outbox, giving signs of life: a server may let each mail wait for minutes."""
        signs = asyncio.create_task(self._give_signs())
        try:
            return await self._relay.drain()
        finally:
            signs.cancel()

    async def _give_signs(self) -> None:
        while True:
            await asyncio.sleep(self._every.total_seconds())
            with self._aside("heartbeat"):
                self._store.beat(self._sign())

    def _sign(self) -> Heartbeat:
        return Heartbeat(self._name, self._clock(), self._policy_in_force)

    def _may_send(self, report: BeatReport) -> bool:
        """Tell whether anything may leave; logged when it is held, and when it no longer is."""
        held, looked = None, False
        with self._part("guard", report):
            held = self._guard.held(report.at)
            looked = True
        if held is not None:
            report.failures.append(Failure("hold", self._guard.words(held)))
            # Nobody is forgotten by a clock that nobody believes.
            with self._part("heartbeat", report):
                self._store.beat(self._sign(), forget=False)
        if looked and (held is not None) != self._was_held:
            self._was_held = held is not None
            action = "sending_held" if self._was_held else "sending_freed"
            level = logging.ERROR if self._was_held else logging.INFO
            logger.log(level, action.replace("_", " "), extra={"action": action})
        return looked and held is None

    def _base_answers(self, report: BeatReport) -> bool:
        """Tell whether the database answers; logged when it stops, and when it comes back."""
        try:
            last = self._store.last_beat()
        except OutOfReach as error:
            report.failures.append(Failure("database", error.message))
            if self._lost_at is None:
                self._lost_at = report.at
                told = {"action": "database_lost", "reason": error.message}
                logger.error("database lost", extra=told)
            return False
        except Exception:  # noqa: BLE001 - each part that needs it tells its own failure
            return True
        if self._lost_at is not None:
            seconds = int((report.at - self._lost_at).total_seconds())
            logger.info("database back", extra={"action": "database_back", "seconds": seconds})
            self._lost_at = None
        self._look_at_clock(report.at, last)
        return True

    def _look_at_clock(self, now: datetime, last: Heartbeat | None) -> None:
        """Log that the clock was set back: until it has caught up, nothing new comes due."""
        seen = self._seen or (last.at if last is not None else now)
        if now < seen - _CLOCK_TOLERANCE:
            back = int((seen - now).total_seconds())
            logger.warning("clock set back", extra={"action": "clock_set_back", "seconds": back})
        self._seen = now

    def run(self) -> None:
        """Beat until asked to stop, by a signal or by `stop`; finish what is begun, then return."""
        # A beat longer than the interval makes the scheduler warn at each one it skips: no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = BackgroundScheduler(
            timezone=UTC,
            # One thread: two beats never overlap, and the housekeeping waits for the beat.
            executors={"default": ThreadPoolExecutor(1)},
            # A laptop that slept must find its beat again, once, and late rather than never.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        # Once at the start, then at intervals: by the scheduler's own time, whatever ours.
        scheduler.add_job(self.beat)
        scheduler.add_job(self.beat, "interval", seconds=self._every.total_seconds())
        if self._housekeeping is not None:
            scheduler.add_job(self._keep_house)
            scheduler.add_job(self._keep_house, "interval", hours=24)
        with self._signals():
            logger.info("service started", extra={"action": "service_started"})
            scheduler.start()
            self.stop.wait()
            scheduler.shutdown(wait=True)
            self.close()
            logger.info("service stopped", extra={"action": "service_stopped"})

    def _keep_house(self) -> None:
        with self._aside("housekeeping"):
            if self._housekeeping is not None:
                self._housekeeping(self._clock())

    def _replan_if_changed(self, now: datetime) -> ReplanReport | None:
        """Plan again when the plan in the database was made with another policy."""
        if self._policy_in_force == self._fingerprint:
            return None
        last = self._store.last_beat()
        self._policy_in_force = last.policy if last is not None else ""
        if self._policy_in_force == self._fingerprint:
            return None
        report = replan(self._store, self._planner, now, stopping=self.stop)
        if report.finished:
            # Noted by the heartbeat only now: cut short, it all starts again at the next beat.
            self._policy_in_force = self._fingerprint
        return report

    @contextmanager
    def _aside(self, part: str = "watch") -> Iterator[None]:
        """Keep what stands beside the beats from failing any."""
        with self._part(part, BeatReport(self._clock())):
            yield

    @contextmanager
    def _part(self, part: str, report: BeatReport) -> Iterator[None]:
        """Keep the failure of a part from stopping the others."""
        try:
            yield
        except EcheancierError as error:
            self._failed(part, error, error.message, report)
        except Exception as error:  # noqa: BLE001 - the next beat must come whatever happens
            # The text of such an error may quote what staff typed: only its kind is passed on.
            message = f"Panne imprévue ({type(error).__name__}) ; prévenez le support."
            self._failed(part, error, message, report)

    @staticmethod
    def _failed(part: str, error: Exception, message: str, report: BeatReport) -> None:
        report.failures.append(Failure(part, message))
        frame = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "%s failed",
            part,
            extra={
                "action": f"{part}_failed",
                "error": type(error).__name__,
                "where": f"{Path(frame.filename).name}:{frame.lineno}",
            },
        )

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn SIGTERM and SIGINT into a request to stop, when this is the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def ask(_number: int, _frame: FrameType | None) -> None:
            self.stop.ask()

        previous = {number: signal.signal(number, ask) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _log(report: BeatReport) -> None:
    """Log what a beat did, in numbers; a beat with nothing to do leaves no trace at this level."""
    done = report.counts()
    told = ", ".join(f"{name} {count}" for name, count in done.items() if count)
    level = logging.INFO if told else logging.DEBUG
    more = {"ms": int(report.seconds * 1000), "failures": len(report.failures)}
    logger.log(level, "beat: %s", told or "nothing due", extra={"action": "beat", **done, **more})
    for reason in report.relay.errors if report.relay is not None else ():
        logger.warning("mail: %s", reason, extra={"action": "mail_not_sent"})
    if report.returns is not None and report.returns.failure:
        unread = {"action": "returns_not_read", "reason": report.returns.failure}
        logger.warning("returns not read", extra=unread)
