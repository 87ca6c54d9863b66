#!/usr/bin/env python3
"""Runs the rows of the conformance tables against running authorities, each with both clients.

  conformance.py run PLAIN:PORT CLOCKED:PORT FOLDER   folders and ports of two authorities, and one to work in
  conformance.py standby FOLDER                       adds a trusted key to an authority that does not run

ONLY=text runs the rows whose name or client holds the text. The last line counts.
"""

import os
import pathlib
import sys
import time
import traceback

from conformlib import table
from conformlib.authority import Authority, make_standby
from conformlib.case import Case
from conformlib.machines import CLIENTS
import rows.first, rows.returning, rows.states, rows.rotation, rows.life, rows.modes, rows.unserved, rows.documents, rows.order

import grpc


def run(name: str, client, authority, folder: pathlib.Path) -> bool:
    body, clocked = table.ROWS[name]
    title = f"{name} [{client.name}]"
    began = time.monotonic()
    try:
        body(Case(name, authority, client, folder))
    except Exception as error:
        print(f"FAILED   {title}: {error}", flush=True)
        if not isinstance(error, AssertionError):
            traceback.print_exc(limit=-4)
        return False
    finally:
        if clocked:
            authority.move_clock(0)
    took = f" ({time.monotonic() - began:.1f} s)" if "TIMES" in os.environ else ""
    print(f"ok       {title}{took}", flush=True)
    return True


def main(words: list[str]) -> int:
    if words[0] == "standby":
        make_standby(words[1])
        return 0
    plain, clocked = (Authority(*place.rsplit(":", 1)) for place in words[1:3])
    problems = table.unfounded()
    for problem in problems:
        print(f"FAILED   every row of the tables runs or says why not: {problem}")
    if not problems:
        print("ok       every row of the tables runs or says why not")
    passed, failed = int(not problems), len(problems)
    wanted = os.environ.get("ONLY", "")
    for name, (_, moves) in table.ROWS.items():
        for client in CLIENTS:
            if wanted in f"{name} [{client.name}]" and table.runs(name, client):
                good = run(name, client, clocked if moves else plain, pathlib.Path(words[3]))
                passed, failed = passed + good, failed + (not good)
    print(f"conformance: {passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
