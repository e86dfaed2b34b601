"""How the page is served: where, to whom, how much it takes and how long it keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from CMRSegmentationLib.errors import UsageError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
SHORTEST_PASSWORD = 12
GIBIBYTE = 1 << 30


@dataclass(frozen=True)
class Settings:
    """What holds for one server.

    Attributes:
        folder: where uploads and results lie.
        host: the address to listen at.
        port: the TCP port; 0 takes a free one.
        names: host names under which browsers may ask, in addition to `host` and this computer's.
        password: what other computers' users have to know; None only for this computer itself.
        model: name or folder of the model used unless the page names one; None for the best fit.
        threads: CPU threads of a segmentation; None for all cores.
        keep_hours: jobs older than this are removed.
        keep_at_exit: whether results stay when the server ends.
        most_bytes: of one upload, and of what its archive unpacks to.
        most_files: of one upload.
        most_jobs: kept at a time.

    Raises:
        UsageError: if other computers could ask without a password, or under no known name, or the
            password is too short.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8018
    names: tuple[str, ...] = ()
    password: str | None = None
    model: str | None = None
    threads: int | None = None
    keep_hours: float = 24.0
    keep_at_exit: bool = False
    most_bytes: int = 4 * GIBIBYTE
    most_files: int = 20_000
    most_jobs: int = 50

    def __post_init__(self) -> None:
        is_open = self.password is None and self.host in LOOPBACK
        if not is_open and len(self.password or "") < SHORTEST_PASSWORD:
            raise UsageError(
                f"Expected a password of at least {SHORTEST_PASSWORD} characters to serve other "
                "computers; put it into a file and name that with --password-file."
            )
        if self.host in EVERY_ADDRESS and not self.names:
            raise UsageError("Expected --name with the host name that browsers will ask for.")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The host names that a request may name; any other one is a foreign page's trick."""
        return LOOPBACK | {name.lower() for name in (*self.names, self.host)} - EVERY_ADDRESS
