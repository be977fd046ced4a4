"""Packages from PyPI and npm for the tests. Files pin their versions; the stack's cache folder keeps them."""

import contextlib
import functools
import platform
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import harness  # noqa: F401  (It puts the stack's modules on the path.)
from artifacts import cache_dir, digest_of, entry, need, run
from errors import StackError

OLDEST_NODE = 18
# The line in which Maven, npm and pip report that no server answers.
CUT_OFF = re.compile(r".*(Unknown host|Connection refused|timed out|name resolution|Failed to establish a new connection|"
                     r"Network is unreachable|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH).*")


@contextlib.contextmanager
def skipped_if_cut_off():
    """Skips the test, with the reason, when a registry does not answer."""
    try:
        yield
    except StackError as error:
        if said := CUT_OFF.search(str(error)):
            raise unittest.SkipTest(f"cut off from a registry: {said[0]}") from None
        raise


def python_home(name: str, what: str, requirements: Path) -> Path:
    """The virtual environment with exactly the packages in `requirements`."""
    home = cache_dir() / f"{name}-python-{digest_of(requirements, platform.python_version(), platform.machine())}"

    def build(scratch: Path) -> None:
        run("making a virtual environment", [sys.executable, "-m", "venv", scratch])
        run(f"fetching {what}", [scratch / "bin" / "python", "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:",
                                 "--disable-pip-version-check", "-r", requirements])

    return entry(home, build)


def node_modules(name: str, what: str, pins: Path) -> Path:
    """The folder node_modules with the packages of package-lock.json in the folder `pins`."""
    files = [pins / "package.json", pins / "package-lock.json"]
    home = cache_dir() / f"{name}-node-{digest_of(*files)}"

    def build(scratch: Path) -> None:
        for file in files:
            shutil.copy(file, scratch)
        run(f"fetching {what}", [need("npm", "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch)

    return entry(home, build) / "node_modules"


@functools.cache
def node() -> str:
    """A Node.js that is new enough."""
    path = need("node", "nodejs")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60).stdout
    found = re.match(r"v(\d+)", version)
    if not found or int(found[1]) < OLDEST_NODE:
        raise StackError(f"{path} is too old, {OLDEST_NODE} is needed: {version}")
    return path
