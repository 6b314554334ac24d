"""Whom to believe of the servers of other machines: what the configuration says of it, and no more.

Made by `cli.wiring.database`, read by `db.connection.postgresql`. Loads nothing, since it is made where no
server is.
"""

from __future__ import annotations

from msgspec import Struct


class Trust(Struct, frozen=True):
    """Whom to believe off this machine.

    Args:
        verified: True to ask of a server that it proves who it is, and never sees the password.
        authorities: file of those who may vouch for it; None takes the system's.
    """

    verified: bool = True
    authorities: str | None = None


VERIFIED = Trust()
"""What holds when nothing is said."""
