"""The pages in docs against the program: their generated tables, and what the prose and the other tables name."""

import difflib
import re
import sys
import unittest

from harness import BINARY, PROJECT, Case, run_ordo

sys.path.insert(0, str(PROJECT / "tools"))
import docs_tables  # noqa: E402

ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^\s`?]*)")
TYPE = re.compile(r"\bordo\.[a-z_]+\.[a-z_]+\.v\d\b")
# One names routes that ordo does not have, the other adds routes and types as examples.
SEED, RECIPES = (PROJECT / "docs" / name for name in ("from-the-seed.md", "recipes.md"))
OUT_OF_TOPICS = {"ordo.webhook.test.v1"}  # goes to a webhook only


# "`max_body`, 1 MiB" and "`jwt_max_age` (24 h)"
FIGURE = re.compile(r"`(\w+)`(?:, | \()(\d[\d,]*(?: ?(?:[KMG]iB|[smhd]|days)\b)?)")
UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "s": 1, "m": 60, "h": 3600, "d": 86400, "days": 86400}


def amount(text: str) -> int | None:
    """A number, in bytes or seconds where it has a unit."""
    found = re.fullmatch(r"([\d,]+) ?(\w*)", text)
    return int(found[1].replace(",", "")) * UNITS[found[2]] if found and found[2] in UNITS else None


def section(page: str, head: str) -> str:
    """The text below a heading of docs/<page>, up to the next one of the same or a higher level."""
    text = (PROJECT / "docs" / page).read_text()
    level = len(head) - len(head.lstrip("#"))
    return re.split(rf"^#{{1,{level}}} ", text.partition(f"\n{head}\n")[2], maxsplit=1, flags=re.M)[0]


class Docs(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = docs_tables.read_facts(str(BINARY))

    def test_the_generated_tables_follow_from_the_program(self):
        for page in docs_tables.PAGES:
            with self.subTest(page=page.name):
                text = page.read_text()
                lines = [line for line in difflib.ndiff(text.splitlines(), docs_tables.rewritten(text, self.facts).splitlines())
                         if line.startswith(("- ", "+ "))]
                self.assertEqual(lines, [], "make docs rewrites them")

    def test_each_table_has_its_place(self):
        found = [block[2] for page in docs_tables.PAGES for block in docs_tables.BLOCK.finditer(page.read_text())]
        self.assertEqual(sorted(found), sorted(docs_tables.TABLES))
        marks = sum(page.read_text().count("<!-- generated:") for page in docs_tables.PAGES)
        self.assertEqual(marks, len(found), "a mark without its end")

    def test_routes_exist(self):
        routes = {(method, path) for method, path, _ in self.facts.routes()}
        for page in [PROJECT / "README.md", *docs_tables.PAGES]:
            if page not in (SEED, RECIPES):
                with self.subTest(page=page.name):
                    self.assertEqual(set(ROUTE.findall(page.read_text())) - routes, set())

    def test_routes_of_customers_are_complete(self):
        allowed = {(method, path) for method, path, operation in self.facts.routes() if operation.get("x-ordo-customers")}
        self.assertEqual(set(ROUTE.findall(section("security.md", "### Customers' tokens"))), allowed)

    def test_figures_of_settings_are_their_defaults(self):
        defaults = {spec["key"]: amount(spec["value"]) for spec in self.facts.settings}
        seen = set()
        for page in docs_tables.PAGES:
            for key, figure in FIGURE.findall(page.read_text()):
                if key in defaults:
                    with self.subTest(page=page.name, setting=key):
                        self.assertEqual(amount(figure), defaults[key])
                    seen.add(key)
        self.assertGreater(len(seen), 7)

    def test_record_types_exist(self):
        types = set(self.facts.asyncapi["components"]["messages"]) | OUT_OF_TOPICS
        for page in docs_tables.PAGES:
            if page == RECIPES:
                continue
            with self.subTest(page=page.name):
                self.assertEqual(set(TYPE.findall(page.read_text())) - types, set())

    def test_errors_are_complete_and_exist(self):
        documented = {}
        for statuses, codes in re.findall(r"^\| ([\d, ]+)[^|]*\| ([^|]*) \|", section("api.md", "## Errors"), re.M):
            for status in statuses.split(","):
                documented.setdefault(int(status), set()).update(re.findall(r"`(\w+)`", codes))
        self.assertGreater(len(documented), 10)
        declared = {(status, code) for _, _, operation in self.facts.routes()
                    for status, codes in docs_tables.problems(operation).items() for code in codes if code != "..."}
        missing = {(status, code) for status, code in declared if code not in documented.get(status, set())}
        self.assertEqual(missing, set(), "not in the table of docs/api.md")
        source = "\n".join(path.read_text() for path in (PROJECT / "src").rglob("*.[hc]*") if not path.stem.endswith("_test"))
        named = set(re.findall(r"\w+", " ".join(re.findall(r'"[^"\n]*"', source))))
        self.assertEqual(set().union(*documented.values()) - named, set(), "no such code in src")

    def test_commands_are_documented(self):
        table = section("operations.md", "## Commands")
        for command in self.subcommands():
            with self.subTest(command=command):
                row = next((line for line in table.splitlines() if re.match(rf"\| .*`ordo {command}[ `]", line)), "")
                self.assertTrue(row or f"`ordo {command} " in (PROJECT / "docs" / "security.md").read_text(), "not documented")
                for part in self.subcommands(command):
                    self.assertRegex(table + section("security.md", "## Keys"), rf"`(ordo {command} )?{part}\b|ordo {command} {part}\b")

    def subcommands(self, *command: str) -> list[str]:
        done = run_ordo(*command, "--help", folder=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.findall(r"^  ([a-z]\S*)", done.stdout.partition("Subcommands:\n")[2], re.M)


if __name__ == "__main__":
    unittest.main()
