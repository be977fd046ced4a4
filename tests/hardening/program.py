"""The program under test."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ORDO_BIN", PROJECT / "build" / "release" / "ordo")).absolute()
