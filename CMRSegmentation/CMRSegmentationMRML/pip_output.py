"""What pip writes while PyTorch is installed: heard line by line, and turned into advice."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable, Iterator

from slicer.i18n import tr as _

PROXY = re.compile(r"proxy|407|CERTIFICATE_VERIFY_FAILED|SSLError|SSL:", re.IGNORECASE)
NETWORK = re.compile(
    r"name resolution|getaddrinfo|NewConnectionError|unreachable|timed out|ConnectionReset"
    r"|Could not find a version|No matching distribution",
    re.IGNORECASE,
)
DISK = re.compile(r"No space left|Errno 28|not enough space|disk full", re.IGNORECASE)
PERMISSION = re.compile(r"Permission denied|Errno 13|Access is denied|WinError 5\b", re.IGNORECASE)


class LineTee(io.TextIOBase):
    """A stream that passes on what is written to it, and tells each whole line.

    Args:
        stream: where the text goes on to.
        on_line: called with each line.
    """

    def __init__(self, stream, on_line: Callable[[str], None]) -> None:
        self._stream, self._on_line, self._rest = stream, on_line, ""

    def write(self, text: str) -> int:
        """Takes a piece of text, which may hold several lines or a part of one."""
        if self._stream is not None:
            self._stream.write(text)
        *lines, self._rest = (self._rest + text).replace("\r", "\n").split("\n")
        for line in lines:
            if line.strip():
                self._on_line(line.rstrip())
        return len(text)

    def flush(self) -> None:
        """Passes on."""
        if self._stream is not None:
            self._stream.flush()


@contextlib.contextmanager
def heard(on_line: Callable[[str], None]) -> Iterator[None]:
    """Tells each line that is printed within, as `slicer.util` prints those of pip."""
    out, err = LineTee(sys.stdout, on_line), LineTee(sys.stderr, on_line)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def advice(text: str) -> str:
    """One sentence on what to do, from what pip wrote; empty if nothing is known."""
    if DISK.search(text):
        return _("The disk is full: PyTorch needs 1 GB without and 5 GB with GPU support.")
    if PROXY.search(text):
        return _(
            "A proxy or a certificate stands in the way: set HTTPS_PROXY, and SSL_CERT_FILE if "
            "your network inspects traffic, start Slicer again and press Apply."
        )
    if PERMISSION.search(text):
        return _("Slicer's folder cannot be written to: install Slicer where you may write.")
    if NETWORK.search(text):
        return _(
            "The package index was not reached: check the network connection and press Apply again."
        )
    return ""
