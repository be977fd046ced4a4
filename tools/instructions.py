#!/usr/bin/env python3
"""Counts the instructions of one order, and compares them with the figures in bench/instructions.toml.

    tools/instructions.py --build build/release            # exit status 1: a count differs by more than 3 %
    tools/instructions.py --build build/release --write    # makes them the new figures

A rate varies from run to run and from machine to machine, a count of instructions hardly does. Two runs of different lengths have the
same start and end, so their difference is the cost of the orders between them. callgrind counts.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "bench" / "instructions.toml"
SHORT, LONG = 500, 1_500
TOLERANCE = 0.03
KINDS = ("plain", "plain3", "rich")
# What is counted -> the program that does it so many times: bench/README.md says what each does.
PROGRAMS = {"post": ("ordo_post_bench", KINDS), "fold": ("ordo_engine_bench", KINDS), "quote": ("ordo_quote_bench", ("quote",))}
# glibc chooses its functions for copying and comparing by the processor. Without these features, it takes the same ones everywhere.
FIXED = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-BMI2,-MOVBE,-ERMS,-FSRM,-SSE4_1,-SSSE3"}
HEAD = """# The instructions of one order, or of one quote. `tools/instructions.py --build build/release` counts them again;
# `--write` makes what it counts the new figures.
"""


def counted(program: Path, times: int, kind: str) -> int:
    """The instructions of a whole run."""
    with tempfile.TemporaryDirectory(prefix="ordo-count-") as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", str(program), str(times)]
        done = subprocess.run(command + ([] if kind == "quote" else [kind]), capture_output=True, text=True,
                              env=os.environ | FIXED)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-1000:]}")
    return int(found[1])


def count_all(build: Path, jobs: int) -> dict[tuple[str, str], int]:
    wanted = [(what, kind) for what, (_, kinds) in PROGRAMS.items() for kind in kinds]

    def one(row: tuple[str, str, int]) -> int:
        what, kind, times = row
        return counted(build / "bench" / PROGRAMS[what][0], times, kind)

    with ThreadPoolExecutor(jobs) as pool:
        runs = list(pool.map(one, [(*key, times) for key in wanted for times in (SHORT, LONG)]))
    return {key: round((runs[2 * i + 1] - runs[2 * i]) / (LONG - SHORT)) for i, key in enumerate(wanted)}


def write(counts: dict[tuple[str, str], int]) -> None:
    text = HEAD
    for what in PROGRAMS:
        text += f"\n[{what}]\n" + "".join(f"{kind} = {count:_}\n" for (of, kind), count in counts.items() if of == what)
    FIGURES.write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, required=True, help="folder of a release build")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write", action="store_true", help="make the counts the new figures")
    options = parser.parse_args()
    counts = count_all(options.build.resolve(), options.jobs)
    figures = tomllib.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    wrong = 0
    print(f"{'':<14}{'figure':>10}{'counted':>10}")
    for (what, kind), count in counts.items():
        figure = figures.get(what, {}).get(kind, 0)
        change = count / figure - 1 if figure else float("inf")
        wrong += abs(change) > TOLERANCE
        mark = "" if abs(change) <= TOLERANCE else "  more" if change > 0 else "  less"
        print(f"{what + ' ' + kind:<14}{figure:>10,}{count:>10,}{change:>+8.1%}{mark}" if figure else f"{what + ' ' + kind:<14}{'-':>10}{count:>10,}")
    for what in ("post", "fold"):
        print(f"{what}, rich / plain3: {counts[what, 'rich'] / counts[what, 'plain3']:.2f}")
    if options.write:
        write(counts)
    elif wrong:
        print(f"{wrong} differ by more than {TOLERANCE:.0%}. If that is meant, run this with --write and commit {FIGURES.relative_to(ROOT)}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
