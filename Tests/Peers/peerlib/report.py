"""How the peers speak to the tests that run them: JSON lines, and exit codes."""

import json
import sys

OK = 0
REFUSED = 1  # the other side refused; its words are in the JSON on stderr
USAGE = 2
BROKEN = 3  # the other side sent something that the protocol does not allow
UNREACHABLE = 4


class Violation(Exception):
    """The other side did what the protocol does not allow."""


def require(condition, text: str):
    if not condition:
        raise Violation(text)


def say(**fields):
    print(json.dumps(fields, sort_keys=True), flush=True)


def complain(exit_code: int, /, **fields) -> int:
    print(json.dumps(fields, sort_keys=True), file=sys.stderr, flush=True)
    return exit_code
