"""Prometheus's checker promtool: the installed one, otherwise Debian's, unpacked into the stack's cache. Installing Debian's package
would start a server. Debian's package lists are also fetched, because the machine may have none.

Without access to Debian, the tests that need it are skipped, with the reason."""

import shutil
import subprocess
import unittest
from pathlib import Path

import harness  # noqa: F401  (It puts the stack's modules on the path.)
from artifacts import cache_dir, entry, run
from errors import StackError


def promtool(*arguments: str | Path, text: str = "") -> str:
    """Runs it and returns its output. AssertionError when it finds an error."""
    done = subprocess.run([_program(), *map(str, arguments)], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"promtool {' '.join(map(str, arguments))}:\n{done.stdout}")
    return done.stdout


def _program() -> str:
    def build(scratch: Path) -> None:
        lists = scratch / "lists"
        (lists / "partial").mkdir(parents=True)
        apt = ["apt-get", "-qq", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={scratch / 'cache'}",
               "-o", "APT::Sandbox::User=root"]
        try:
            run("fetching Debian's lists of packages", [*apt, "update"])
            run("fetching promtool", [*apt, "download", "prometheus"], cwd=scratch)
        except StackError as unreachable:
            raise unittest.SkipTest(f"promtool is not installed, and Debian does not give it: {unreachable}") from None
        package = next(scratch.glob("prometheus_*.deb"))
        run("unpacking promtool", ["dpkg-deb", "-x", package, scratch / "all"])
        (scratch / "all" / "usr" / "bin" / "promtool").rename(scratch / "promtool")
        for rest in (lists, scratch / "cache", scratch / "all"):
            shutil.rmtree(rest, ignore_errors=True)
        package.unlink()

    return shutil.which("promtool") or str(entry(cache_dir() / "promtool", build) / "promtool")
