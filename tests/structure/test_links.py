"""What the documents point to exists: links, their anchors, and the files of the project that they name in backticks."""

import re
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
FILE = re.compile(r"`((?!\./|build/)(?:[\w.-]+/)+[\w.-]+\.(?:cc|h|py|sh|toml|md|yml|yaml|json|service))`")
# In a folder of src, a name without its ending is a header and its source.
PAIR = re.compile(r"`((?:%s)/[\w/]+)`" % "|".join(sorted(path.name for path in (PROJECT / "src").iterdir() if path.is_dir())))
LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    found = [path for pattern in ("*.md", "*/*.md", "*/*/*.md") for path in PROJECT.glob(pattern)]
    return sorted(path for path in found if path.relative_to(PROJECT).parts[0] not in ("build", ".stack"))


def without_code(text: str) -> str:
    return re.sub(r"(?m)^    .*$", "", text)


def anchors(page: Path) -> set[str]:
    """Those that a Markdown viewer makes of the headings."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


class LinksTest(unittest.TestCase):
    def test_links(self):
        for page in pages():
            for target in LINK.findall(without_code(page.read_text())):
                if re.match(r"[a-z]+:|/", target):  # elsewhere, or a path of a running server
                    continue
                with self.subTest(page=page.name, target=target):
                    name, _, anchor = target.partition("#")
                    other = (page.parent / name).resolve() if name else page
                    self.assertTrue(other.exists(), "no such file")
                    if anchor:
                        self.assertIn(anchor, anchors(other), "no such heading")

    def test_files(self):
        for page in pages():
            for name in FILE.findall(page.read_text()):
                with self.subTest(page=page.name, file=name):
                    places = [page.parent / name, PROJECT / name, PROJECT / "src" / name]
                    self.assertTrue(any(place.exists() for place in places), "no such file")
            for name in PAIR.findall(page.read_text()):
                with self.subTest(page=page.name, file=name):
                    path = PROJECT / "src" / name
                    self.assertTrue(path.exists() or path.with_suffix(".h").exists(), "no such file")


if __name__ == "__main__":
    unittest.main()
