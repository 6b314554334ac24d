"""`service --reprise`, `--confirmer`, `--dedire`: what a person settles before the service goes on.

Called by `cli.service.service`. Each counts what it would settle, asks, then writes; nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cli.asking.invocation import Invocation
from workflow.operations import operations
from workflow.operations.requests import Parameter

DRY_RUN = "Essai : rien n’a été enregistré, rien n’est parti."


def resume(asked: Invocation) -> None:
    """Settle what a backup left open."""
    from cli.service import resumption_view as views
    from notifications.reminders.resumption import Resumption

    session, asks = asked.session, asked.must_confirm()
    places = session.places
    with session.container.trial() as trial:
        counting = Resumption(trial.store, places.planner, places.directory)
        found = counting.run(session.acting, session.clock())
    resumption = Resumption(session.container.notifications, places.planner, places.directory)
    session.output.say(views.counted(found, session.places.zone(None)))
    question = "Les tenir pour partis, et les laisser à la synthèse ?"
    saved = _agreed(asked, question, asks=asks, idle=found.nothing)
    if saved:
        found = resumption.run(session.acting, session.clock())
        session.wrote("la reprise")
        session.output.say(views.settled(found))
    elif found.nothing and not asked.dry_run:
        # Nothing is due, and the silence since the backup is no news.
        resumption.note(session.acting, session.clock())
    data = views.resumed_json(found, saved=saved)
    _end(asked, data, found.broken, told=saved or found.nothing)


def confirm_clock(asked: Invocation) -> None:
    """Let leave what was held because the clock could not be believed."""
    from cli.service import beat_view
    from cli.service import sending_view as views
    from cli.terminal import logs
    from notifications.model.sending import Cause, Decision, SendingEvent

    session, asks = asked.session, asked.must_confirm()
    store, zone, now = session.container.notifications, session.places.zone(None), session.clock()
    held = store.sending()
    idle = held is None or not held.holds
    session.output.say(views.held(held, now, zone))
    would: dict[str, Any] | None = None
    if held is not None and not idle:
        logs.silence()
        with session.container.trial() as trial:
            trial.messaging.service.beat()
            departures = trial.departures()
        foretold = list(beat_view.foretold(departures, trial.waiting, now, zone))
        session.output.say(*(foretold or ["Rien n’est dû, rien n’attend."]))
        session.output.say(*views.recipients(departures, session.places.directory))
        would = beat_view.foretold_json(departures, trial.waiting)
    question = "L’heure est-elle juste, et tout cela peut-il partir ?"
    saved = _agreed(asked, question, asks=asks, idle=idle)
    if saved and held is not None:
        # Beside the clock, what it was compared with: the same difference is not held again.
        known = store.server_time() if held.cause is Cause.SERVER else held.since
        store.decide(SendingEvent(now, session.acting, Decision.CONFIRMED, held.cause, known))
        session.wrote("la confirmation")
        session.output.say("Confirmé : le service envoie à son prochain passage.")
    data = {"saved": saved, "held": views.held_json(held), "would_send": would}
    _end(asked, data, (), told=saved or idle)


def take_back(asked: Invocation) -> None:
    """Take back what a clock ahead has told."""
    from cli.service import sending_view as views
    from notifications.reminders.untelling import Untelling

    session, asks = asked.session, asked.must_confirm()
    zone, now, planner = session.places.zone(None), session.clock(), session.places.planner
    with session.container.trial() as trial:
        found = Untelling(trial.store, planner).run(session.acting, now)
    session.output.say(*views.ahead(found, now, zone, session.places.directory))
    question = "L’heure est-elle juste maintenant, et tout cela doit-il être repris ?"
    saved = _agreed(asked, question, asks=asks, idle=found.nothing)
    if saved:
        found = Untelling(session.container.notifications, planner).run(session.acting, now)
        session.wrote("la reprise de ce qu’une horloge en avance avait dit")
        session.output.say(
            "Repris : chaque rappel partira en son temps ; lancez « echeancier service »."
        )
    data = views.ahead_json(found, saved=saved)
    _end(asked, data, found.broken, told=saved or found.nothing)


def _agreed(asked: Invocation, question: str, *, asks: bool, idle: bool) -> bool:
    """Tell whether to write."""
    from cli.asking.questions import confirm

    return not asked.dry_run and not idle and (not asks or confirm(asked.session, question))


def _end(asked: Invocation, data: dict[str, Any], concerns: Iterable[str], *, told: bool) -> None:
    output = asked.session.output
    output.warn_each(concerns)
    if asked.as_json:
        output.json(data)
    elif not told:
        output.say(DRY_RUN if asked.dry_run else "Rien n’a été enregistré.")


SETTLEMENTS: Mapping[Parameter, Callable[[Invocation], None]] = {
    operations.RESUMED: resume,
    operations.RELEASED: confirm_clock,
    operations.TAKEN_BACK: take_back,
}
"""What each option of `service` settles."""
