#!/usr/bin/env python3
"""Runs GoogleTest programs with a real Kafka and a server of MongoDB's protocol: run_with_stack.py [--database java] PROGRAM...

With another database than FerretDB, there is no Kafka. The programs find the addresses in ORDO_TEST_KAFKA and
ORDO_TEST_MONGO_URI. A skipped test, and a program without tests, count as failed here. Otherwise they would look like success.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "stack"))

from stack import Stack  # noqa: E402

# The tests may create rules. Everything without a rule is allowed.
RIGHTS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}


def run(program: str, report: Path, env: dict) -> list[str]:
    """Runs the program to its end, with its output in ours. Returns its problems."""
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


def main(arguments: list[str]) -> int:
    database = "ferret"
    if arguments[:1] == ["--database"]:
        database = arguments[1]
    programs = arguments[2:] if arguments[:1] == ["--database"] else arguments
    if not programs:
        print(__doc__, file=sys.stderr)
        return 2
    brokers = 1 if database == "ferret" else 0
    with Stack(brokers, brief=True, database=database, kafka_config=RIGHTS) as stack, tempfile.TemporaryDirectory(prefix="ordo-integration-") as folder:
        env = os.environ | {"ORDO_TEST_MONGO_URI": stack.mongo_url} | ({"ORDO_TEST_KAFKA": stack.bootstrap} if brokers else {})
        wrong = [line for number, program in enumerate(programs) for line in run(program, Path(folder, f"{number}.json"), env)]
    for line in wrong:
        print(f"run_with_stack: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
