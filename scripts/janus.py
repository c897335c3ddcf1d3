"""Janus and coturn of Debian, with settings of their own in a folder, until a signal.

For tests and development: they listen on this machine alone. What Maillage must be told is written
to FOLDER/environment. Where rooms grow, the same lines go into the configuration of a server.
"""

import argparse
import hashlib
import hmac
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

LIBRARY = "/usr/lib"
JANUS = """general: {{
    configs_folder = "{folder}"
    plugins_folder = "{library}/plugins"
    transports_folder = "{library}/transports"
    events_folder = "{library}/events"
    loggers_folder = "{library}/loggers"
    debug_level = 3
    admin_secret = "{admin}"
    token_auth = true
    token_auth_secret = "{secret}"
}}
media: {{ rtp_port_range = "{first}-{last}" }}
nat: {{ nice_debug = false }}
plugins: {{ disable = "{unwanted_plugins}" }}
transports: {{ disable = "{unwanted_transports}" }}
"""
VIDEOROOM = """general: {{ admin_key = "{key}" }}
"""
WEBSOCKETS = """general: {{ json = "plain", ws = true, ws_port = {port}, ws_ip = "127.0.0.1" }}
admin: {{ admin_ws = false, admin_wss = false }}
"""
PORTS_OF_MEDIA = 400


def library() -> Path:
    """Where Debian puts the plugins of Janus."""
    found = sorted(Path(LIBRARY).glob("*/janus"))
    if not found or not shutil.which("janus") or not shutil.which("turnserver"):
        sys.exit("Janus or coturn is missing: apt install janus coturn")
    return found[0]


def but(folder: Path, wanted: str) -> str:
    """The libraries that are not wanted."""
    names = sorted(one.name for one in folder.glob("*.so") if wanted not in one.name)
    return ",".join(names)


def configure(folder: Path, port: int, media: int, secret: str) -> None:
    """Write what Janus reads."""
    where = library()
    folder.mkdir(parents=True, exist_ok=True)
    key = hmac.new(secret.encode(), b"admin-key", hashlib.sha256).hexdigest()
    words = {
        "folder": folder,
        "library": where,
        "secret": secret,
        "admin": secrets.token_hex(16),
        "key": key,
        "port": port,
        "first": media,
        "last": media + PORTS_OF_MEDIA,
        "unwanted_plugins": but(where / "plugins", "videoroom"),
        "unwanted_transports": but(where / "transports", "websockets"),
    }
    files = {
        "janus.jcfg": JANUS,
        "janus.plugin.videoroom.jcfg": VIDEOROOM,
        "janus.transport.websockets.jcfg": WEBSOCKETS,
    }
    for name, text in files.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text.format(**words))


def turn(folder: Path, port: int, secret: str) -> list[str]:
    """How coturn is started."""
    here = "127.0.0.1"
    return [
        *("turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={secret}"),
        *("--realm=maillage", f"--listening-ip={here}", f"--relay-ip={here}"),
        *(
            f"--listening-port={port}",
            "--no-tls",
            "--no-dtls",
            "--no-cli",
            "--allow-loopback-peers",
        ),
        *("--log-file=stdout", f"--pidfile={folder}/turn.pid", f"--userdb={folder}/turndb"),
    ]


def main() -> None:
    """Write the settings, start both, and end them together."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--port", type=int, default=8188, help="of Janus, for browsers")
    asked.add_argument("--media", type=int, default=41_000, help="the first of its UDP ports")
    asked.add_argument("--turn", type=int, default=3478, help="of coturn")
    asked.add_argument("--write", action="store_true", help="write what Janus reads, and no more")
    how = asked.parse_args()
    folder = how.folder.resolve()
    shared = os.environ.get("ROOMS_SECRET") or secrets.token_hex(24)
    turned = os.environ.get("TURN_SECRET") or secrets.token_hex(24)
    configure(folder, how.port, how.media, shared)
    if how.write:
        return
    lines = {
        "ROOMS_URL": f"janus+ws://127.0.0.1:{how.port}/",
        "ROOMS_SECRET": shared,
        "TURN_URL": f"turn:127.0.0.1:{how.turn}?transport=udp",
        "TURN_SECRET": turned,
    }
    environment = folder / "environment"
    environment.touch(mode=0o600)
    environment.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    print(f"set -a; . {environment}; set +a; make run", flush=True)
    started = [
        subprocess.Popen(command)
        for command in (["janus", "-F", str(folder)], turn(folder, how.turn, turned))
    ]

    def stop(*_signal: object) -> None:
        for process in started:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(process.poll() is None for process in started):
        time.sleep(0.2)
    stop()
    for process in started:
        process.wait(10)


if __name__ == "__main__":
    main()
