#!/usr/bin/env python3
"""Runs GoogleTest programs with a real Kafka and a server of MongoDB's protocol: run_with_stack.py PROGRAM...

The programs find them in ORDO_TEST_KAFKA and ORDO_TEST_MONGO_URI. A test that is skipped counts as failed here, and so does a
program without tests: both would look like success.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "stack"))

from stack import Stack  # noqa: E402


def run(program: str, report: Path, env: dict) -> list[str]:
    """Runs it to its end, with its output going to ours, and returns what is wrong."""
    done = subprocess.run([program, f"--gtest_output=json:{report}"], env=env, stdin=subprocess.DEVNULL)
    wrong = [f"{program} ended with {done.returncode}"] if done.returncode else []
    try:
        suites = json.loads(report.read_text())["testsuites"]
    except OSError:
        return wrong or [f"{program} left no report"]
    tests = [test for suite in suites for test in suite["testsuite"]]
    wrong += [f"{test['classname']}.{test['name']} was skipped" for test in tests if test["result"] == "SKIPPED"]
    if not any(test["result"] == "COMPLETED" for test in tests):
        wrong.append(f"{program} ran no test")
    return wrong


def main(programs: list[str]) -> int:
    if not programs:
        print(__doc__, file=sys.stderr)
        return 2
    with Stack(brief=True) as stack, tempfile.TemporaryDirectory(prefix="ordo-integration-") as folder:
        env = os.environ | {"ORDO_TEST_KAFKA": stack.bootstrap, "ORDO_TEST_MONGO_URI": stack.mongo_url}
        wrong = [line for number, program in enumerate(programs) for line in run(program, Path(folder, f"{number}.json"), env)]
    for line in wrong:
        print(f"run_with_stack: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
