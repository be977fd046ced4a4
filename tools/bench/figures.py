"""Figures: their names, units and goals; tables of them for people, programs and documents."""

import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = ROOT / "bench" / "figures.md"
GOALS = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->"


class BenchFailed(Exception):
    pass


@dataclass
class Figure:
    name: str
    measured: float
    unit: str  # "" for a ratio
    goal: float | None = None
    at_least: bool = True

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    @property
    def goal_text(self) -> str:
        return "" if self.goal is None else ("≥ " if self.at_least else "≤ ") + shown(self.goal, self.unit)


def at_most(name: str, measured: float, unit: str, goal: float) -> Figure:
    return Figure(name, measured, unit, goal, at_least=False)


def shown(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2g}"
    return f"{number} {unit}".strip()


def print_table(figures: list[Figure]) -> None:
    rows = [("figure", "measured", "goal", "reached")]
    for figure in figures:
        reached = {None: "", True: "yes", False: "no"}[figure.reached]
        rows.append((figure.name, shown(figure.measured, figure.unit), figure.goal_text, reached))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for number, row in enumerate(rows):
        print("  ".join((row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2]), row[3])).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def machine() -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024**2
    return f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def write_json(path: Path, figures: dict[str, list[Figure]]) -> None:
    rows = [asdict(figure) | {"bench": bench, "reached": figure.reached} for bench, group in figures.items() for figure in group]
    path.write_text(json.dumps({"machine": machine(), "figures": rows}, indent=2) + "\n")


# --- documents ---------------------------------------------------------------------------------------------------------------


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def write_documents(figures: dict[str, list[Figure]], order: list[str]) -> None:
    """Writes all figures into bench/figures.md, and those with a goal into bench/README.md.

    Rows of benches that were not run stay as they were; each row names the commit that it was measured on.
    """
    rows = {bench: group for bench, group in _written_rows().items() if bench in order}
    now = commit()
    for bench, group in figures.items():
        if not group:
            continue
        rows[bench] = [f"| {figure.name.strip()} | {shown(figure.measured, figure.unit)} | {figure.goal_text} | `{bench}` | {now} |"
                       for figure in group]
    every = [row for bench in order for row in rows.get(bench, [])]
    head = "| figure | measured | goal | `--only` | commit |\n| --- | ---: | ---: | --- | --- |\n"
    ALL.write_text("# Figures\n`tools/bench.py --write` writes this file; [README.md](README.md) explains the benches.\n"
                   f"Machine: {machine()}.\n\n" + head + "\n".join(every) + "\n")
    text = GOALS.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    with_goal = [row for row in every if row.split(" | ")[2].strip()]
    GOALS.write_text(before + BEGIN + head + "\n".join(with_goal) + "\n" + END + after)


def _written_rows() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for line in ALL.read_text().splitlines() if ALL.exists() else []:
        if found := re.search(r"\| `(\w+)` \| \w+ \|$", line):
            rows.setdefault(found[1], []).append(line)
    return rows
