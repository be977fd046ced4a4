#!/usr/bin/env python3
"""Measures ordo in comparison with known programs on the same machine, in one run; see bench/README.md.

    tools/bench.py --build build/release                 # everything
    tools/bench.py --build build/release --only post,flow
    tools/bench.py --build build/release --json figures.json
    tools/bench.py --build build/release --write         # also writes the figures into bench/figures.md and bench/README.md

It prints figures beside their goals, but does not judge them. The exit status is 0 when everything was measured.
Each bench is in a file of tools/bench.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))

from figures import BenchFailed, Figure, machine, note, print_table, write_documents, write_json  # noqa: E402
from kafka import bench_kafka, bench_mongo  # noqa: E402
from latency import bench_latency  # noqa: E402
from lives import bench_flow, bench_life  # noqa: E402
from million import bench_million  # noqa: E402
from post import bench_post  # noqa: E402
from servers import Context  # noqa: E402
from waits import bench_wait  # noqa: E402

BENCHES = {"post": bench_post, "latency": bench_latency, "flow": bench_flow, "life": bench_life, "wait": bench_wait, "kafka": bench_kafka,
           "mongo": bench_mongo, "million": bench_million}


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares ordo with known programs, in one run.")
    parser.add_argument("--build", required=True, type=Path, help="folder of a release build")
    parser.add_argument("--only", default=",".join(BENCHES), help=f"some of {','.join(BENCHES)}")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--write", action="store_true", help="also write the figures into bench/figures.md and bench/README.md")
    parser.add_argument("--waiting", type=int, default=1_000_000, metavar="ORDERS", help="orders of the bench million")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := [name for name in wanted if name not in BENCHES]:
        parser.error(f"unknown bench: {', '.join(unknown)}; known are {', '.join(BENCHES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that each block ends its servers
    folder = Path(tempfile.mkdtemp(prefix="ordo-bench-"))
    context = Context(options.build.resolve(), folder, options.waiting)
    figures: dict[str, list[Figure]] = {}
    failed = False
    began = time.monotonic()
    try:
        for name in wanted:
            note(f"{name} ...")
            started = time.monotonic()
            group = figures.setdefault(name, [])
            try:
                for figure in BENCHES[name](context):  # those before a failure count
                    group.append(figure)
            except (BenchFailed, OSError, KeyError, TypeError, subprocess.SubprocessError) as error:
                note(f"  {name} could not be measured: {error}")
                failed = True
            except (KeyboardInterrupt, SystemExit):
                note(f"  {name} was interrupted")
                failed = True
                break
            note(f"  {time.monotonic() - started:.0f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table([figure for group in figures.values() for figure in group])
    print(f"\n{machine()}; {time.monotonic() - began:.0f} s")
    if options.json:
        write_json(options.json, figures)
    if options.write:
        write_documents(figures, list(BENCHES))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
