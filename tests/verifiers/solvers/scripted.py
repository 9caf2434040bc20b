"""A worker that misbehaves: it speaks the real protocol, and follows a script.

Run as `python -I scripted.py SCENARIO MEGABYTES LIFELINE`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time


def say(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(scenario: str, request: dict) -> None:
    reply = {"id": request["id"], "reason": "", "seconds": 0.0, "kilobytes": 1}
    match scenario:
        case "says-valid":
            say({**reply, "status": "unsat"})
        case "says-valid-late":
            time.sleep(0.3)
            say({**reply, "status": "unsat"})
        case "says-invalid":
            say({**reply, "status": "sat", "values": ""})
        case "says-invalid-late":
            time.sleep(0.3)
            say({**reply, "status": "sat", "values": ""})
        case "garbled-model":
            say({**reply, "status": "sat", "values": "((x"})
        case "says-unknown":
            say({**reply, "status": "unknown"})
        case "says-error-and-unsat":
            say({**reply, "status": "error", "reason": "unsat"})
        case "says-nonsense":
            say({**reply, "status": "unsat?"})
        case "says-a-list":
            say(["unsat"])
        case "answers-another-question":
            say({**reply, "id": request["id"] - 1, "status": "unsat"})
        case "prints-garbage":
            sys.stdout.write("unsat\n")
            sys.stdout.flush()
            time.sleep(60)
        case "half-an-answer":
            sys.stdout.write('{"status": "unsat", "id": ' + str(request["id"]))
            sys.stdout.flush()
            os._exit(0)
        case "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exits":
            os._exit(0)
        case "hangs":
            time.sleep(60)
        case "closes-its-output":
            os.close(1)
            time.sleep(60)
        case "exhausts-memory":
            size = 256 * 1024 * 1024  # Of the scenario itself, so that it is soon reached.
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
            pieces = []
            while True:
                pieces.append(bytearray(1 << 24))


def main() -> None:
    scenario = sys.argv[1]
    match scenario:
        case "dies-at-once":
            sys.exit(3)
        case "never-ready":
            time.sleep(60)
        case "never-reads":
            say({"ready": True, "version": "0"})
            time.sleep(60)
        case "missing":
            say({"ready": False, "reason": "no such library"})
            sys.exit(1)
        case "not-ready-but-unsat":
            say({"status": "unsat", "id": 1})
        case _:
            say({"ready": True, "version": "0"})
    for line in sys.stdin:
        answer(scenario, json.loads(line))


main()
