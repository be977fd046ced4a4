#!/usr/bin/env python3
"""Runs the browser tests against servers on a real Kafka and database.

    on_cluster.py NODE [FILE...]     # FILE: a part of the name of a file of tests; default: those that read and change a shop
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent / "tools/stack"), str(HERE.parent / "e2e")]
from cluster import LIST_S, TOPICS, with_socket_timeout  # noqa: E402
from stack import Stack  # noqa: E402

FILES = ("orders", "system", "faults")


def main() -> int:
    node, *files = sys.argv[1:]
    stack = Stack(brokers=1, brief=True)
    stack.start()
    try:
        services = {"kafka": stack.bootstrap, "mongo": with_socket_timeout(stack.mongo_url_of("DATABASE")), "topics": TOPICS,
                    "list_timeout": f"{LIST_S}s"}
        return subprocess.run([node, str(HERE / "run.mjs"), *(files or FILES)],
                              env=os.environ | {"ORDO_BROWSER_STACK": json.dumps(services)}).returncode
    finally:
        stack.close()


if __name__ == "__main__":
    sys.exit(main())
