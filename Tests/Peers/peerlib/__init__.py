"""Shared by the Python peers. Importing it makes the generated stubs importable."""

import pathlib
import sys

_STUBS = pathlib.Path(__file__).resolve().parents[3] / ".venv-peers" / "stubs"

if not _STUBS.is_dir():
    sys.exit(f"the generated stubs are missing in {_STUBS}: run scripts/peers.sh")
sys.path.insert(0, str(_STUBS))
