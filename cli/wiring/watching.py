"""Those who watch the service, made from the settings: an address to call, a file of metrics.

Called by `cli.wiring.container` for the service that really runs, never for a dry run. The library of
metrics is imported only when a file was asked for.
"""

from __future__ import annotations

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.terminal.version import version_line
from notifications.model.ports import NotificationStore
from notifications.service.watch import Ping, Watch
from workflow.ports.stores import Clock


def watches(
    configuration: Configuration, credentials: Credentials, store: NotificationStore, clock: Clock
) -> tuple[Watch, ...]:
    """Return who is told of every beat."""
    settings = configuration.settings.service
    found: list[Watch] = []
    if url := credentials.ping_url or settings.ping_url:
        found.append(Ping(url))
    if settings.metrics_file is not None:
        from notifications.service.metrics import Metrics

        path = configuration.folder / settings.metrics_file.expanduser()
        found.append(Metrics(path, store, clock, version_line().partition(" ")[2].strip("()")))
    return tuple(found)
