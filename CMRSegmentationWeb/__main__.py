"""Serves the page: `python -m CMRSegmentationWeb`, then http://127.0.0.1:8018 in a browser."""

from __future__ import annotations

import argparse
import logging
import math
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

try:
    from waitress.server import create_server

    from CMRSegmentationLib.errors import UsageError, UserError
    from CMRSegmentationLib.reporting.report import RESEARCH_USE
    from CMRSegmentationWeb.app import Site
    from CMRSegmentationWeb.job_store import JobStore
    from CMRSegmentationWeb.jobs import State
    from CMRSegmentationWeb.names import safe_path
    from CMRSegmentationWeb.settings import GIBIBYTE, Settings
except ModuleNotFoundError as missing:
    sys.exit(
        f"The Python package {missing.name} is missing; install what the page needs: pip install "
        '".[web]"'
    )

THREADS = 16
"""Of the server; those that stream events wait most of the time."""


def main(arguments: list[str] | None = None) -> int:
    """Serves until Ctrl-C or a request to end; returns the exit status."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(settings_of(options), options.load)
    except (UserError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status if isinstance(error, UserError) else 1
    except KeyboardInterrupt:
        return 0
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m CMRSegmentationWeb",
        description="Serves a page that segments cardiac cine MRI on this computer. Nothing leaves "
        f"it. {RESEARCH_USE}",
    )
    parser.add_argument("--host", default=Settings.host, help="address to listen at")
    parser.add_argument("--port", type=int, default=Settings.port)
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        help="further host name that browsers may use, such as that of a proxy",
    )
    parser.add_argument(
        "--password-file",
        type=Path,
        help="needed with --host of another address; plain HTTP does not hide the password, so put "
        "a proxy with HTTPS in front",
    )
    parser.add_argument("--folder", type=Path, help="where uploads and results lie")
    parser.add_argument("--keep", action="store_true", help="keep results when the server ends")
    parser.add_argument("--keep-hours", type=_positive, default=Settings.keep_hours)
    parser.add_argument("--most-gib", type=_positive, default=Settings.most_bytes / GIBIBYTE)
    parser.add_argument("--model", help="name or folder of the model to use by default")
    parser.add_argument("--threads", type=int, help="CPU threads of a segmentation")
    parser.add_argument("--load", type=Path, help="a file to segment at the start")
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text}")
    return number


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings that a command line means.

    Raises:
        UsageError: if other computers could use the page without a password, or there is no folder.
        OSError: if the file of the password cannot be read.
    """
    file: Path | None = options.password_file
    try:
        password = None if file is None else file.read_text("utf-8").strip()
    except UnicodeDecodeError as error:
        raise UsageError(f"Expected a password in UTF-8 in {file}.") from error
    return Settings(
        folder=(options.folder or usual_folder(options.port)).resolve(),
        host=options.host,
        port=options.port,
        names=tuple(options.name),
        password=password,
        model=options.model,
        threads=options.threads,
        keep_hours=options.keep_hours,
        keep_at_exit=options.keep,
        most_bytes=int(options.most_gib * GIBIBYTE),
    )


def usual_folder(port: int) -> Path:
    """A folder of this user for the server at a port, the same at the next start.

    Raises:
        UsageError: if this user has no home.
    """
    try:
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError as error:
        raise UsageError(
            "Expected a home for uploads and results, found none; name a folder with --folder."
        ) from error
    return Path(cache) / "CMRSegmentation" / f"web-{port}"


def serve(settings: Settings, load: Path | None = None) -> None:
    """Serves until an exception ends it; then ends what runs and empties the folder.

    Raises:
        UsageError: if the folder is used by something else or cannot be written to.
        OSError: if the address cannot be listened at.
    """
    site = Site.of(settings)
    server = make_server(site, settings)
    try:
        site.queue.start()
        if load is not None:
            add_file(site.store, load)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        sys.stdout.write(f"http://{host}:{server.effective_port}  (Ctrl-C ends)\n")
        sys.stdout.flush()
        server.run()
    finally:
        server.close()
        site.queue.stop()
        if not settings.keep_at_exit:
            site.store.empty()


def make_server(site: Site, settings: Settings) -> Any:
    """The HTTP server of a site, which listens but does not answer yet.

    Raises:
        UsageError: if there is no such address.
        OSError: if the address cannot be listened at.
    """
    try:
        return create_server(
            site.app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            max_request_body_size=settings.most_bytes,
            channel_request_lookahead=1,  # so that it notices pages that were closed
            ident=None,
        )
    except ValueError as error:
        raise UsageError(
            f"Expected an address of this computer, found {settings.host}:{settings.port}."
        ) from error


def add_file(store: JobStore, path: Path) -> None:
    """Lets a file of this computer wait for segmentation, unless a job of its name is there."""
    if any(job.name == path.name for job in store.all()):
        return
    job = store.create(path.name)
    shutil.copyfile(path, job.upload_folder / safe_path(path.name))
    store.change(job.id, state=State.WAITING)


if __name__ == "__main__":
    sys.exit(main())
