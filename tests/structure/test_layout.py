"""Compares every include and every link line of src with layout.toml in this folder."""

import re
import tomllib
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SRC = HERE.parent.parent / "src"
LAYOUT = tomllib.loads((HERE / "layout.toml").read_text())
# The first four share one namespace, because they form the vocabulary of ordo; so do those of an import. `import` and `export` are
# C++ keywords.
NAMESPACE = (
    dict.fromkeys(("base", "domain", "records", "engine"), "ordo")
    | dict.fromkeys(("tables", "cells", "columns", "import"), "ordo::imports")
    | {"export": "ordo::exports"}
)
LARGEST_SHARE = 0.15


def below(folder: str) -> set[str]:
    """The folder, and all folders that it may include."""
    found = {folder}
    for other in LAYOUT[folder].get("may", []):
        found |= below(other)
    return found


def is_test(path: Path) -> bool:
    return path.name.endswith("_test.cc") or path.parent.name == "testing"


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (SRC / folder).rglob("*") if path.suffix in (".h", ".cc"))


class LayoutTest(unittest.TestCase):
    def test_every_folder_has_its_row(self):
        self.assertEqual(sorted(LAYOUT), sorted(path.name for path in SRC.iterdir() if path.is_dir()))

    def test_the_map_has_every_folder(self):
        rows = (SRC.parent / "ARCHITECTURE.md").read_text().partition("## Map of folders\n")[2].partition("\n## ")[0]
        self.assertEqual(sorted(re.findall(r"^\| `(\w+)` \|", rows, re.M)), sorted(LAYOUT))

    def test_includes_go_down(self):
        for folder, row in LAYOUT.items():
            own = below(folder)
            tests = own.union(*(below(other) for other in row.get("tests", [])))
            for path in sources(folder):
                included = set(re.findall(r'^#include "(\w+)/', path.read_text(), re.M))
                self.assertEqual(included - (tests if is_test(path) else own), set(), f"{path} may not include these")

    def test_link_lines_go_down(self):
        for folder in LAYOUT:
            line = re.search(r"^ordo_library\(.*\)$", (SRC / folder / "CMakeLists.txt").read_text(), re.M).group()
            self.assertEqual(set(re.findall(r"\bordo_(\w+)", line)) - {"library"} - below(folder), set(), folder)

    def test_a_namespace_a_folder(self):
        for folder in LAYOUT:
            wanted = NAMESPACE.get(folder, "ordo::" + folder)
            for path in sources(folder):
                opened = re.findall(r"^namespace ([\w:]+) \{", path.read_text(), re.M)
                # main() and the main of a C library need no namespace. A name of another folder is declared in that folder's namespace.
                self.assertTrue(not opened or wanted in opened, f"{path} is not in {wanted}")

    def test_no_folder_holds_too_much(self):
        lines = {folder: sum(len(path.read_text().splitlines()) for path in sources(folder)) for folder in LAYOUT}
        largest = max(lines, key=lines.get)
        self.assertLessEqual(lines[largest] / sum(lines.values()), LARGEST_SHARE, f"{largest} has {lines[largest]} lines")
