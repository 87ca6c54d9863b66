"""The rows that run, and the list of all rows in README.md."""

import pathlib
import re
from collections.abc import Callable

from .machines import CLIENTS

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
ROWS: dict[str, tuple[Callable, bool]] = {}


def row(name: str, clocked=False):
    """Makes a function the row of this name. It runs once for each client; `clocked` if it moves the authority's clock."""

    def register(body):
        assert name not in ROWS, f"two rows of the name {name}"
        ROWS[name] = body, clocked
        return body

    return register


def listed() -> dict[str, list[str]]:
    """Row name to what README.md says of each client: `runs`, or a sentence why not."""
    header = [client.name for client in CLIENTS]
    found: dict[str, list[str]] = {}
    for line in README.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 1 + len(header) and cells[1:] != header:
            found[cells[0].replace("`", "")] = cells[1:]
    return found


def unfounded() -> list[str]:
    """Rows of the list that do not run for a client and say no reason, and rows that run and are not in it."""
    table = listed()
    problems = [f"{name} runs and is not in README.md" for name in ROWS if name not in table]
    for name, cells in table.items():
        for client, cell in zip(CLIENTS, cells):
            if cell == "runs" and name not in ROWS:
                problems.append(f"{name} [{client.name}] does not run")
            elif cell != "runs" and not re.search(r"\w+ \w+ \w+", cell):
                problems.append(f"{name} [{client.name}] neither runs nor says why")
    return problems


def runs(name: str, client) -> bool:
    return dict(zip(CLIENTS, listed().get(name, []))).get(client) == "runs"
