"""A client in a process of its own: asks for pages over kept connections, and times the answers.

Reads what to do on its standard input, writes what it saw on its standard output, both as JSON.
"""

import json
import random
import sys
import threading
import time
import uuid
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

Target = dict[str, Any]
"""name, port, pid, path, cookies, status, coding; for a form: the csrf of each cookie."""
REST_SECONDS, AT_REST_MS = 0.3, 6
"""A server is at rest when it takes less than this in that time: its worker looks for work."""
FORM_TYPE = "application/x-www-form-urlencoded"
WORDS = "Bonjour, nous avons eu le cas l’an dernier : la structure signe, **pas** l’entreprise.\n\n"


class Asker:
    """One connection, kept open."""

    def __init__(self, target: Target, draw: random.Random) -> None:
        self.target = target
        self.draw = draw
        self.connection = HTTPConnection("127.0.0.1", target["port"], timeout=10)
        self.bytes = 0

    def ask(self) -> float:
        """One request and its answer, in milliseconds."""
        target = self.target
        headers = {"Accept-Encoding": target.get("coding", "identity")}
        body = None
        method = "GET"
        if target["cookies"]:
            which = self.draw.randrange(len(target["cookies"]))
            headers["Cookie"] = target["cookies"][which]
            if "csrf" in target:
                method = "POST"
                headers["Content-Type"] = FORM_TYPE
                body = urlencode(
                    {
                        "csrf_token": target["csrf"][which],
                        "body": WORDS * 3,
                        "submission": str(uuid.UUID(int=self.draw.getrandbits(128))),
                    }
                )
        before = time.perf_counter()
        self.connection.request(method, target["path"], body, headers)
        answer = self.connection.getresponse()
        self.bytes = len(answer.read())
        spent = (time.perf_counter() - before) * 1000
        expect(answer, target)
        return spent


def expect(answer: HTTPResponse, target: Target) -> None:
    """Anything but the expected answer ends the measure."""
    if answer.status != target["status"]:
        raise SystemExit(f"{target['name']}: {answer.status} {answer.getheader('Location')}")


def processor_ms(pid: int) -> float:
    """The processor's time that a process has taken, in all its threads."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


def at_rest(pid: int) -> float:
    """The same, once the work that was put off has been done as well."""
    before, now = 0.0, processor_ms(pid)
    while now - before > AT_REST_MS:
        time.sleep(REST_SECONDS)
        before, now = now, processor_ms(pid)
    return now


def alone(targets: list[Target], rounds: int, each: int) -> dict[str, dict[str, Any]]:
    """One request at a time, the targets in turn so that the machine's moods are shared."""
    draw = random.Random()
    askers = [Asker(target, draw) for target in targets]
    seen: dict[str, dict[str, Any]] = {
        target["name"]: {"times": [], "processor": [], "bytes": 0} for target in targets
    }
    for number in range(rounds):
        for asker in askers:
            asker.connection.close()  # the server drops those that were idle for long
            asker.ask()
            before = at_rest(asker.target["pid"])
            times = [asker.ask() for _ in range(each)]
            measured = at_rest if "csrf" in asker.target else processor_ms
            spent = (measured(asker.target["pid"]) - before) / each
            of_target = seen[asker.target["name"]]
            of_target["bytes"] = asker.bytes
            if number:  # the first round warms up
                of_target["times"].append(times)
                of_target["processor"].append(spent)
    return seen


def together(target: Target, clients: int, seconds: float) -> float:
    """Requests answered in a second, when so many clients ask at once."""
    done = [0] * clients
    end = time.perf_counter() + seconds

    def run(number: int) -> None:
        asker = Asker(target, random.Random())
        while time.perf_counter() < end:
            asker.ask()
            done[number] += 1
        asker.connection.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def main() -> None:
    """Do what the standard input says."""
    asked = json.load(sys.stdin)
    if "together" in asked:
        answer: Any = together(asked["target"], asked["together"], asked["seconds"])
    else:
        answer = alone(asked["targets"], asked["rounds"], asked["each"])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
