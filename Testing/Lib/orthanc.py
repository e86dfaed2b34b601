"""A DICOM archive on the loopback while a test needs it: Orthanc, from its Debian package."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("Orthanc")
DICOM_WEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
MISSING = (
    None
    if PROGRAM and DICOM_WEB.exists()
    else "needs Orthanc with DICOMweb (on Debian: apt-get install orthanc orthanc-dicomweb)"
)
SECONDS_TO_START = 60.0


@dataclass(frozen=True)
class Archive:
    """A running archive.

    Attributes:
        dicom_port: for C-STORE and C-FIND.
        http_port: for DICOMweb.
    """

    dicom_port: int
    http_port: int
    title: str = "ARCHIVE"

    @property
    def url(self) -> str:
        """Where its own interface answers."""
        return f"http://127.0.0.1:{self.http_port}"


@contextmanager
def running_archive(folder: Path) -> Iterator[Archive]:
    """An empty archive that keeps its files below a folder."""
    archive = Archive(_free_port(), _free_port())
    settings = {
        "Name": archive.title,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpPort": archive.http_port,
        "DicomPort": archive.dicom_port,
        "DicomAet": archive.title,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomServerEnabled": True,
        "Plugins": [str(DICOM_WEB)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, folder / "orthanc.json"], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(archive, process, folder / "orthanc.log")
            yield archive
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(archive: Archive, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{archive.url}/system", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"Orthanc did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
