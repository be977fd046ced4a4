#!/usr/bin/env python3
"""Removes the guards of ordo one by one, and checks that a test fails for each.

    tests/guards/guards.py [--build build/release] [--jobs N] [--sample N [--seed S]] [--part K/N]
                           [--only WORD,...] [--list | --check]

A guard has a mark in a .cc file of src and a row in a .toml file of this folder. The mark is a comment line above the code:
`// guard: stock-reserve`, or several ids with commas between them. The row has the text after the mark, the code without it, and
the test that must fail. The text begins within three lines, or as many as the row's `lines`. --check compares marks and rows only.

The tree and the build do not change. The changed source is compiled with the build's own command, and its object is linked before
the library that contains the original, so that the linker uses it. A guard is caught when its test fails, is killed by a signal or
does not end. If the change does not compile, the row is wrong. First, every test must pass with nothing removed.

The build compiles several files as one, which takes four times as long. The changed file is compiled alone, if its tests pass with it
alone and nothing removed: the linker then takes its functions, and everything else from the build's object. Calls between files
compiled as one may be inlined there, so a guard counts as missed only after its test passed with all of them compiled again.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

MARK = re.compile(r"^ *// guard:(.*)\n", re.M)
IDS = re.compile(r" [a-z0-9-]+(, [a-z0-9-]+)*")
INCLUDED = re.compile(r'^#include "(.*)"', re.M)  # of a file that CMake wrote to compile several as one
NEEDED = {"id", "find", "replace", "why", "test"}
KEYS = NEEDED | {"filter", "args", "lines"}


@dataclasses.dataclass(frozen=True)
class Mark:
    file: str  # path of a .cc file
    end: int  # where the next line begins


@dataclasses.dataclass(frozen=True)
class Guard:
    id: str
    find: str
    replace: str
    why: str  # what goes wrong without it
    test: str  # the target that fails
    args: tuple[str, ...]
    file: str  # of the mark
    at: int  # where the text is in the file


class RowError(Exception):
    pass


def read_rows() -> dict[str, dict]:
    rows = {}
    problems = []
    for path in sorted(HERE.glob("*.toml")):
        table = tomllib.loads(path.read_text())
        for row in table["guard"]:
            row = {"lines": 3, "args": []} | table.get("common", {}) | row
            name = row.get("id", "a row")
            problems += [f"{path.name}: {name} has no {key}" for key in sorted(NEEDED - row.keys())]
            problems += [f"{path.name}: {name} has the unknown key {key}" for key in sorted(row.keys() - KEYS)]
            if name in rows:
                problems.append(f"{path.name}: another row has the id {name}")
            rows[name] = row
    if problems:
        raise RowError("\n".join(problems))
    return rows


def read_marks(problems: list[str]) -> dict[str, Mark]:
    marks = {}
    for path in sorted(ROOT.glob("src/**/*.cc")) + sorted(ROOT.glob("src/**/*.h")):
        file = str(path.relative_to(ROOT))
        for found in MARK.finditer(path.read_text()):
            if not IDS.fullmatch(found[1]) or path.suffix != ".cc":
                problems.append(f"{file}: not as `// guard: one, another` in a .cc file: {found[0].strip()}")
                continue
            for name in found[1].strip().split(", "):
                if name in marks:
                    problems.append(f"{file}: {name} has another mark in {marks[name].file}")
                marks[name] = Mark(file, found.end())
    return marks


def find_text(row: dict, mark: Mark, problems: list[str]) -> int:
    """The place of the row's text in the file of its mark. Other marks between them do not count as lines."""
    source = (ROOT / mark.file).read_text()
    at = source.find(row["find"], mark.end)
    between = source[mark.end : max(at, mark.end)]
    if at < 0 or between.count("\n") - len(MARK.findall(between)) >= row["lines"]:
        where = f"within {row['lines']} lines after its mark"
        problems.append(f"{mark.file}: the text of {row['id']} does not begin {where}: {row['find']!r}")
    return at


def read_guards() -> list[Guard]:
    problems: list[str] = []
    rows = read_rows()
    marks = read_marks(problems)
    problems += [f"{marks[name].file}: the mark {name} has no row in tests/guards" for name in marks if name not in rows]
    guards = []
    for name, row in rows.items():
        if name not in marks:
            problems.append(f"tests/guards: the row {name} has no mark in src")
            continue
        args = row["args"] + (["--gtest_filter=" + row["filter"]] if "filter" in row else [])
        guards.append(
            Guard(
                id=name,
                find=row["find"],
                replace=row["replace"],
                why=row["why"],
                test=row["test"],
                args=tuple(args),
                file=marks[name].file,
                at=find_text(row, marks[name], problems),
            )
        )
    if problems:
        raise RowError("\n".join(problems))
    return guards


def changed_source(guard: Guard) -> str:
    text = (ROOT / guard.file).read_text()
    return text[: guard.at] + guard.replace + text[guard.at + len(guard.find) :]


class Build:
    """The commands of a finished build."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder.resolve()
        database = self.folder / "compile_commands.json"
        if not database.exists():
            raise RowError(f"{database} does not exist: build ordo first (make build-all)")
        self.compile_of: dict[pathlib.Path, tuple[pathlib.Path, dict]] = {}  # source -> the file compiled, its row
        for row in json.loads(database.read_text()):
            compiled = pathlib.Path(row["file"])
            parts = INCLUDED.findall(compiled.read_text()) if "Unity" in compiled.parts else [row["file"]]
            self.compile_of |= {pathlib.Path(part): (compiled, row) for part in parts}
        self.links: dict[str, list[str]] = {}

    def is_compiled_alone(self, file: str) -> bool:
        if ROOT / file not in self.compile_of:
            raise RowError(f"{file} is not compiled by this build")
        return self.compile_of[ROOT / file][0] == ROOT / file

    def compile(self, file: str, text: str, alone: bool, scratch: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path | None]:
        """The object of the file with this text, and the build's object that it replaces, or None beside which it stands."""
        original = ROOT / file
        compiled, row = self.compile_of[original]
        source = changed = scratch / original.name
        changed.write_text(text)
        if compiled != original and not alone:
            source = scratch / compiled.name
            source.write_text(compiled.read_text().replace(f'"{original}"', f'"{changed}"'))
        words = shlex.split(row["command"])
        replaced = self.folder / words[words.index("-o") + 1]
        made = scratch / "changed.o"
        words[words.index("-o") + 1] = str(made)
        words = [str(source) if word == str(compiled) else word for word in words]
        # Without the guard, names that it used may be unused. Compiling takes most of the time, so it does not optimize.
        words += ["-O0", "-g0", "-w", "-Wno-error", f"-iquote{original.parent}"]
        done = subprocess.run(words, cwd=row["directory"], capture_output=True, text=True)
        if done.returncode != 0:
            raise RowError(f"does not compile without the guard: {done.stderr[:2000]}")
        return made, None if alone and compiled != original else replaced

    def link_of(self, target: str) -> list[str]:
        if target not in self.links:
            done = subprocess.run(["ninja", "-C", str(self.folder), "-t", "commands", target], capture_output=True, text=True)
            line = next((line for line in reversed(done.stdout.splitlines()) if " -o " in line), None)
            if done.returncode != 0 or line is None:
                raise RowError(f"the build has no program {target}: {done.stderr.strip()}")
            self.links[target] = shlex.split(re.sub(r"^: && | && :$", "", line))
        return self.links[target]

    def program(self, target: str) -> pathlib.Path:
        words = self.link_of(target)
        return self.folder / words[words.index("-o") + 1]

    def link(self, test: str, made: pathlib.Path, replaced: pathlib.Path | None, scratch: pathlib.Path) -> pathlib.Path:
        words = list(self.link_of(test))
        at = words.index("-o")
        own = [i for i, word in enumerate(words) if self.folder / word == replaced]
        program = scratch / test
        words[at + 1] = str(program)
        if own:
            words[own[0]] = str(made)
        else:
            words.insert(at, str(made))
        if replaced is None:
            words.append("-Wl,--allow-multiple-definition")  # the first, which is the changed one
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RowError(f"does not link without the guard: {done.stderr[-2000:]}")
        return program


def run(program: pathlib.Path, args: tuple[str, ...], folder: pathlib.Path, timeout: float) -> str:
    """ "passed", or how it failed."""
    try:
        done = subprocess.run([str(program), *args], cwd=folder, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return f"did not end within {timeout:.0f} s"
    if done.returncode == 0:
        return "passed"
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}"
    failed = re.findall(rb"^\[  FAILED  \] (\S+?)(?:,| \(|$)", done.stdout, re.M)
    return "failed: " + (failed[0].decode() if failed else done.stdout.decode(errors="replace").strip()[:60].split("\n")[0])


@dataclasses.dataclass
class Outcome:
    guard: Guard
    caught: bool
    text: str
    seconds: float


def run_changed(file: str, text: str, alone: bool, test: str, args: tuple[str, ...], build: Build, timeout: float) -> str:
    """What the test says of the file with this text."""
    with tempfile.TemporaryDirectory(prefix="ordo-guard-") as folder:
        scratch = pathlib.Path(folder)
        made, replaced = build.compile(file, text, alone, scratch)
        return run(build.link(test, made, replaced, scratch), args, scratch, timeout)


def passes_alone(file: str, runs: set[tuple[str, tuple[str, ...]]], build: Build, timeout: float) -> bool:
    """Whether these tests pass with the unchanged file compiled alone."""
    if build.is_compiled_alone(file):
        return True
    with tempfile.TemporaryDirectory(prefix="ordo-guard-") as folder:
        scratch = pathlib.Path(folder)
        try:
            made, replaced = build.compile(file, (ROOT / file).read_text(), True, scratch)
            programs = {test: build.link(test, made, replaced, scratch) for test, _ in runs}
        except RowError:
            return False
        return all(run(programs[test], args, scratch, timeout) == "passed" for test, args in runs)


def remove(guard: Guard, alone: bool, build: Build, timeout: float) -> Outcome:
    begun = time.monotonic()
    text = "passed"
    try:
        changed = changed_source(guard)
        if alone:
            text = run_changed(guard.file, changed, True, guard.test, guard.args, build, timeout)
        if text == "passed" and not (alone and build.is_compiled_alone(guard.file)):
            text = run_changed(guard.file, changed, False, guard.test, guard.args, build, timeout)
        caught = text != "passed"
    except RowError as error:
        text, caught = f"ROW: {error}", False
    return Outcome(guard, caught, text, time.monotonic() - begun)


def check_baseline(guards: list[Guard], build: Build, pool, timeout: float) -> dict[tuple, float]:
    """Checks that each test passes with nothing removed. Returns the times."""

    def timed(test: str, args: tuple[str, ...]) -> tuple[str, float]:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="ordo-guard-") as folder:
            text = run(build.program(test), args, pathlib.Path(folder), timeout)
        return text, time.monotonic() - begun

    runs = {(guard.test, guard.args): None for guard in guards}
    for key in runs:
        runs[key] = pool.submit(timed, *key)
    seconds = {}
    for key, future in runs.items():
        text, seconds[key] = future.result()
        if text != "passed":
            raise RowError(f"{key[0]} {' '.join(key[1])} {text} with nothing removed")
    return seconds


def part_of(text: str) -> slice:
    """2/4: the second of every four."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError("K/N, such as 2/4")
    return slice(int(found[1]) - 1, None, int(found[2]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", type=int, help="as many of them, drawn by --seed")
    parser.add_argument("--seed", default=None, help="of the sample; the commit by default")
    parser.add_argument("--part", type=part_of, default="1/1", help="K/N: the Kth of N parts, because all of them take hours")
    parser.add_argument("--only", help="those whose id or file holds one of these words")
    parser.add_argument("--list", action="store_true", help="print them and remove none")
    parser.add_argument("--check", action="store_true", help="compare marks and rows, and remove none")
    parser.add_argument("--timeout", type=float, default=300, help="seconds a test may take")
    options = parser.parse_args()
    try:
        words = options.only.split(",") if options.only else [""]
        guards = read_guards()
        if options.check:
            print(f"{len(guards)} guards have a mark and a row")
            return 0
        guards = [guard for guard in guards if any(word in guard.id or word in guard.file for word in words)]
        guards = guards[options.part]
        if options.sample:
            commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
            seed = options.seed or commit
            print(f"{options.sample} of {len(guards)} guards, drawn by seed {seed}")
            guards = random.Random(seed).sample(guards, min(options.sample, len(guards)))
        if options.list:
            for guard in guards:
                print(f"{guard.id:<44} {guard.file}\n    {guard.why}")
            return 0
        if not guards:
            raise RowError("no guard of that name")
        build = Build(options.build)
        for test in {guard.test for guard in guards}:
            build.link_of(test)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            baseline = check_baseline(guards, build, pool, options.timeout)
            print(f"{len(baseline)} tests pass with nothing removed", flush=True)
            runs_of: dict[str, set] = {}
            for guard in guards:
                runs_of.setdefault(guard.file, set()).add((guard.test, guard.args))
            alone = {file: pool.submit(passes_alone, file, runs, build, options.timeout) for file, runs in runs_of.items()}
            together = [file for file, passes in alone.items() if not passes.result()]
            print(f"{len(alone) - len(together)} of {len(alone)} files can be compiled alone", *together, flush=True)
            outcomes = []

            def outcome_of(guard: Guard) -> Outcome:
                limit = max(30.0, 10 * baseline[guard.test, guard.args])
                return remove(guard, guard.file not in together, build, limit)

            for outcome in pool.map(outcome_of, guards):
                outcomes.append(outcome)
                word = "caught" if outcome.caught else "MISSED"
                print(f"{word}  {outcome.guard.id:<44} {outcome.text}  ({outcome.seconds:.0f} s)", flush=True)
    except RowError as error:
        print(f"guards.py: {error}", file=sys.stderr)
        return 2
    missed = [outcome for outcome in outcomes if not outcome.caught]
    for outcome in missed:
        print(f"MISSED {outcome.guard.id}: {outcome.guard.why} ({outcome.guard.file}, {outcome.guard.test})")
    print(f"guards: {len(outcomes)} removed, {len(outcomes) - len(missed)} caught, {len(missed)} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
