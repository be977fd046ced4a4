"""Plain English: the documents and all of src against banned_words.toml, beside this program.

`python3 test_words.py src/api README.md` prints what it finds in any file or folder.
"""

import re
import sys
import tomllib
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
RULES = tomllib.loads((HERE / "banned_words.toml").read_text())
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
DOCUMENTS = [*PAGES, *(PROJECT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "bench/README.md", "deploy/README.md",
                                                   "tests/chaos/README.md", "tools/stack/README.md"))]

CODE = "\0"  # stands for a character that is no prose, so that no phrase reaches across it
# Longest first: "what is" is found before a word of it could be.
BANNED = re.compile(r"(?<![\w/.:=>-])(" + "|".join(re.escape(word).replace(r"\ ", r"\s+").replace(" ", r"\s+")
                                              for word in sorted(RULES["words"], key=len, reverse=True))
                    + r")(?![\w/(-]|::|\.\w|->)", re.I)
NAMES = re.compile(r"`[^`\n]*`|\\?\"[\w.-]+\\?\"|(?<!\w)'[\w.-]+'(?!\w)|https?://\S+")
TOKENS = re.compile(r'(?P<raw>R"(?P<mark>[^\s()\\]{0,16})\((?P<text>.*?)\)(?P=mark)")'
                    r'|(?P<literal>"(?:\\.|[^"\\\n])*")'
                    r"|(?P<character>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')"
                    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
                    r"|(?P<include>^[ \t]*#[ \t]*include[^\n]*)", re.S | re.M)


def masked(text: str) -> str:
    """As many characters and lines, none of them prose."""
    return re.sub(r"[^\n]", CODE, text)


def without_names(text: str) -> str:
    return NAMES.sub(lambda found: masked(found.group()), text)


def code_removed(text: str) -> str:
    return masked(text) if text.strip() else text


def prose_of_source(text: str) -> str:
    """The comments of C++, and the string literals that have a space in them, each where it stands."""
    out, end = [], 0
    for token in TOKENS.finditer(text):
        out.append(code_removed(text[end:token.start()]))
        if token["comment"]:
            out.append("  " + re.sub(r"(?m)^(\s*)//", r"\1  ", token["comment"][2:]))
        elif token["literal"] and " " in token["literal"]:
            out.append(" " + re.sub(r"\\[nrt]", "  ", token["literal"][1:-1]) + " ")
        elif token["raw"] and " " in token["text"].strip():
            before = 3 + len(token["mark"])
            out.append(" " * before + token["text"] + " " * (before - 1))
        else:
            out.append(masked(token.group()))
        end = token.end()
    out.append(code_removed(text[end:]))
    return without_names("".join(out))


def prose_of_page(text: str) -> str:
    """Markdown without code, addresses and what is generated of the program's own texts, which src answers for."""
    text = re.sub(r"<!-- generated:.*?<!-- end -->|<!--.*?-->|^```.*?^```", lambda found: masked(found.group()), text,
                  flags=re.S | re.M)
    lines, after_blank, in_list = [], True, False
    for line in text.split("\n"):
        indented = line.startswith("    ")
        if line.strip() and not indented:
            in_list = bool(re.match(r"(\*|-|\d+\.) ", line)) or (in_list and line.startswith(" "))
        lines.append(masked(line) if indented and not in_list else line)
    text = re.sub(r"\]\([^)\s]*\)", lambda found: "]" + masked(found.group()[1:]), "\n".join(lines))
    return without_names(text)


def prose_of(path: Path) -> str:
    return (prose_of_page if path.suffix == ".md" else prose_of_source)(path.read_text())


def findings(prose: str) -> list[tuple[int, str, str]]:
    """Line, word and what to say instead."""
    found = []
    for match in BANNED.finditer(prose):
        word = " ".join(match.group().lower().split())
        found.append((prose.count("\n", 0, match.start()) + 1, word, RULES["words"][word]))
    return found


def report(paths: list[Path]) -> list[str]:
    return [f"{path.relative_to(PROJECT)}:{line}: \"{word}\"; say instead: {instead}"
            for path in paths for line, word, instead in findings(prose_of(path))]


def sources(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cc", ".md"))


def sentences(prose: str) -> list[str]:
    """Those of paragraphs and list items. Headings and tables have none; a name or a piece of code counts as one word."""
    text = re.sub(CODE + "+", "x", "\n".join(line for line in prose.split("\n") if not re.match(r"\s*(#|\|)", line)
                                             and line.strip(CODE + " ") or not line))
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:\*|-|\d+\.) )", text)
    found = [sentence for block in blocks for sentence in re.split(r"(?<=[.!?])[*)\"]*\s+", block)]
    return [sentence for sentence in found if re.search(r"\w", sentence)]


def mean_length(prose: str) -> float:
    lengths = [len(re.findall(r"\w[\w'’.,/-]*", sentence)) for sentence in sentences(prose)]
    return sum(lengths) / max(len(lengths), 1)


class WordsTest(unittest.TestCase):
    def assertWords(self, paths: list[Path]):
        lines = report(paths)
        if lines:
            self.fail("see banned_words.toml:\n" + "\n".join(lines))

    def test_documents(self):
        self.assertWords(DOCUMENTS)

    def test_sources(self):
        paths = sources(PROJECT / "src")
        self.assertTrue(paths, "there are no sources")
        self.assertWords(paths)

    def test_sentences_are_short(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                self.assertLess(mean_length(prose_of(page)), RULES["mean_words_of_a_sentence"])


class TestOfTheTest(unittest.TestCase):
    SOURCE = [  # text, the words that are found
        ("// Nobody is told.", ["nobody", "told"]),
        ("// told, as\n// what\n  // is left", ["told", "what is"]),
        ("/* a door */ int lane = 1;", ["door"]),
        ("lane_.open(); lanes.close(); gate(x); // of lane_ and Gate::open, gate.cc, http/gate and gate()", []),
        ("// the `gate`, and a spreadsheet of planes with a gateway and a notification", []),
        ('call("no one may read it, whoever asks");', ["whoever"]),
        ('call("what "\n     "is left");', ["what is"]),
        ('call("what"); is("left it");', []),
        ('call("door", "\\"door\\" is a member", "anew-door");', []),
        ('#include "http/the gate.h"\n', []),
        ('print("text:\\ntold what\\n is");', ["told", "what is"]),
        ('post(R"({"name": "door", "text": "for nobody"})"); get("GET /v1/orders?customer_id=nobody HTTP/1.1");', ["nobody"]),
        ("constexpr auto kText = R\"x(a sheet of)x\";", ["sheet"]),
        ("auto n = 1'000'000; // errands", ["errands"]),
        ("char c = '\"'; // crew\nchar d = '\"';", ["crew"]),
        ('url("http://a/b"); lane(); // https://x.example/door', []),
        ("// It somewhat issues notes. They hear that.", []),
    ]
    PAGE = [
        ("The door is open. Nobody cares.", ["door", "nobody"]),
        ("The `door`, [a link](docs/the-door.md) and `errand_of`.", []),
        ("Text:\n\n    told nobody\n\nmore", []),
        ("* an item\n    that goes on with a sheet", ["sheet"]),
        ("```\ntold\n```\n", []),
        ("<!-- generated: settings -->\n| told |\n<!-- end -->\n| anew |", ["anew"]),
        ("It says what\nis left.", ["what is"]),
        ("| a | notice |", ["notice"]),
    ]

    def test_sources(self):
        for text, words in self.SOURCE:
            with self.subTest(text=text):
                prose = prose_of_source(text)
                self.assertEqual(prose.count("\n"), text.count("\n"))
                self.assertEqual([word for _, word, _ in findings(prose)], words)

    def test_pages(self):
        for text, words in self.PAGE:
            with self.subTest(text=text):
                self.assertEqual([word for _, word, _ in findings(prose_of_page(text))], words)

    def test_lines(self):
        self.assertEqual([line for line, _, _ in findings(prose_of_source("int a;\n\n// told\n// so\nf(\"an errand\");"))], [3, 5])

    def test_lengths(self):
        for text, mean in [("One two three. Four.", 2), ("# A title\n\nOne `two three` four.\n\n    code", 3),
                           ("* one\n* two three\n", 1.5), ("| one | two |\n\nOne.", 1), ("One, 1.5 MiB: two (a.b, c)", 6)]:
            with self.subTest(text=text):
                self.assertEqual(mean_length(prose_of_page(text)), mean)


if __name__ == "__main__":
    lines = report([path for name in sys.argv[1:] for path in sources(Path(name).resolve())])
    print("\n".join(lines))
    sys.exit(bool(lines))
