"""What the rows of the conformance tables are made of. Importing it makes the Python peers importable."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Peers"))
