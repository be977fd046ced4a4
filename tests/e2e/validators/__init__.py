"""The public validators of API documents, pinned by the files beside this one and kept in the stack's cache folder:
openapi-spec-validator and jsonschema from PyPI, @asyncapi/parser from npm."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import harness  # noqa: F401  (It puts the stack's modules on the path.)
from artifacts import cache_dir, digest_of, entry, run
from errors import StackError

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 18


def import_python() -> None:
    """Makes openapi_spec_validator, jsonschema and referencing importable."""
    requirements = HERE / "requirements.txt"
    home = cache_dir() / f"validators-python-{digest_of(requirements, platform.python_version(), platform.machine())}"

    def build(scratch: Path) -> None:
        run("making a virtual environment", [sys.executable, "-m", "venv", scratch])
        run("fetching the OpenAPI validator", [scratch / "bin" / "python", "-m", "pip", "install", "-q", "--no-deps",
                                               "--only-binary", ":all:", "--disable-pip-version-check", "-r", requirements])

    packages = next(entry(home, build).glob("lib/python*/site-packages"))
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


def asyncapi_problems(document: Path) -> str:
    """What @asyncapi/parser finds wrong, a line each."""
    pins = [HERE / "package.json", HERE / "package-lock.json"]
    home = cache_dir() / f"validators-node-{digest_of(*pins)}"

    def build(scratch: Path) -> None:
        for pin in pins:
            shutil.copy(pin, scratch)
        npm = _need("npm")
        run("fetching the AsyncAPI validator", [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch)

    node = _need("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60).stdout
    found = re.match(r"v(\d+)", version)
    if not found or int(found[1]) < OLDEST_NODE:
        raise StackError(f"{node} is too old, {OLDEST_NODE} is needed: {version}")
    done = subprocess.run([node, str(HERE / "asyncapi.cjs"), str(document)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, env=os.environ | {"NODE_PATH": str(entry(home, build) / "node_modules")})
    return done.stdout if done.stdout or done.returncode == 0 else f"node ends with {done.returncode}"


def _need(program: str) -> str:
    path = shutil.which(program)
    if not path:
        raise StackError(f"{program} is not installed: run tools/deps.sh, or apt-get install nodejs npm")
    return path
