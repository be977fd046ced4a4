"""Names that each file of a folder has for itself. The release build and the sanitizers compile the files of a folder as one, so two
files may not define the same name in an anonymous namespace; a reader, too, takes one name for one thing."""

import re
import subprocess
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"\nnamespace \{\n(.*?)\n\}  // namespace\n", re.S)
# At the start of a line. Aliases are not meant: two files may shorten the same name in the same way.
TYPE = re.compile(r"^(?:struct|class|enum class|enum) (\w+)", re.M)
VALUE = re.compile(
    r"^(?:template <[^\n]*>\n)?(?:constexpr |inline |static |const )*(\w[\w:<>,&\* ]*?[ &\*])(\w+)(\(|\{| = |\[)", re.M
)
STATEMENT = {"__extension__", "return", "else", "case", "throw", "new", "using", "namespace"}


def parameters(block: str, start: int) -> str:
    """The types of the parameters: functions may be overloaded."""
    text = block[start : block.find(")", start) + 1]
    return re.sub(r" ?\b\w+(?=[,)])", "", re.sub(r"\s+", " ", text))


def own_names(text: str):
    for block in BLOCK.findall(text):
        for found in TYPE.finditer(block):
            yield found[1]
        for found in VALUE.finditer(block):
            if found[1].split()[0] not in STATEMENT:
                yield found[2] + ("(" + parameters(block, found.end()) if found[3] == "(" else "")


def folder_of(path: str) -> str:
    """What is compiled as one: a folder of src or of tests, its tests apart."""
    return "/".join(path.split("/")[:2]) + (" tests" if path.endswith("_test.cc") else "")


class NamesTest(unittest.TestCase):
    def test_one_name_for_one_thing(self):
        listed = subprocess.run(["git", "ls-files", "src", "tests"], cwd=ROOT, capture_output=True, text=True, check=True)
        files = defaultdict(set)  # by folder and name
        for path in listed.stdout.split():
            if path.endswith(".cc") and (ROOT / path).exists():
                for name in own_names((ROOT / path).read_text()):
                    files[folder_of(path), name].add(path)
        twice = [f"{name}: {', '.join(sorted(paths))}" for (_, name), paths in sorted(files.items()) if len(paths) > 1]
        self.assertEqual(twice, [])

    def test_it_sees_what_it_must(self):
        text = "\nnamespace {\nconstexpr int kMost = 3;\nstruct Pair {\n};\nusing A = int;\nbool is_it(int a, char b) {\n}\n}  // namespace\n"
        self.assertEqual(sorted(own_names(text)), ["Pair", "is_it(int, char)", "kMost"])


if __name__ == "__main__":
    unittest.main()
