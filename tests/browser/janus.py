"""A real Janus and a real coturn, on this machine, with settings of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.settings import ROOT
from tests.running import free_port, start, stop
from tests.services import leave_out

START_SECONDS = 30
SECRET, TURN_SECRET = "only of the tests, for Janus", "only of the tests, for coturn"


@dataclass(frozen=True)
class Janus:
    """Both, started."""

    url: str
    turn_url: str
    turn_port: int
    secret: str = SECRET
    turn_secret: str = TURN_SECRET

    def relays(self, name: str, password: str) -> bool:
        """Whether coturn takes this name and this password: its own client asks."""
        said = subprocess.run(
            ["turnutils_uclient", "-y", "-c", "-n", "1", "-m", "2", "-u", name, "-w", password,
             "-p", str(self.turn_port), "127.0.0.1"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return said.returncode == 0 and "Total lost packets 0" in said.stdout


@contextmanager
def running() -> Iterator[Janus]:
    """Until the end of the block; left out where Debian's packages are not."""
    if not shutil.which("janus") or not shutil.which("turnserver"):
        leave_out("no Janus or coturn for video rooms (apt install janus coturn)")
    folder = Path(tempfile.mkdtemp(prefix="maillage-janus-"))
    port, turn_port, media = free_port(), free_port(), free_port()
    command = (
        sys.executable, str(ROOT / "scripts/janus.py"), str(folder),
        "--port", str(port), "--turn", str(turn_port), "--media", str(media),
    )  # fmt: skip
    secrets = {"ROOMS_SECRET": SECRET, "TURN_SECRET": TURN_SECRET}
    process = start(command, {**os.environ, **secrets}, folder / "log")
    try:
        _wait(port, process, folder / "log")
        yield Janus(
            f"janus+ws://127.0.0.1:{port}/",
            f"turn:127.0.0.1:{turn_port}?transport=udp",
            turn_port,
        )
    finally:
        stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"Janus does not answer: {log.read_text()[-2000:]}")
        time.sleep(0.1)
