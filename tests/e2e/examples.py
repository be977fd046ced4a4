"""The services of examples/, run as their READMEs say, with what they need from PyPI and npm kept in the stack's cache."""

import platform
import shutil
import sys
from pathlib import Path

from harness import PROJECT
from artifacts import cache_dir, digest_of, entry, run
from errors import StackError
from processes import Process

EXAMPLES = PROJECT / "examples"


def python_home() -> Path:
    """The virtual environment with the packages."""
    requirements = EXAMPLES / "python" / "requirements.txt"
    home = cache_dir() / f"examples-python-{digest_of(requirements, platform.python_version(), platform.machine())}"

    def build(scratch: Path) -> None:
        run("making a virtual environment", [sys.executable, "-m", "venv", scratch])
        run("fetching the Python examples' client", [scratch / "bin" / "python", "-m", "pip", "install", "-q", "--no-deps",
                                                     "--only-binary", ":all:", "--disable-pip-version-check", "-r", requirements])

    return entry(home, build)


def _python() -> list[str]:
    return [str(python_home() / "bin" / "python"), "-B"]


def _node(folder: Path) -> None:
    """Puts the programs into `folder`, beside the packages: that is where Node.js looks for them."""
    pins = [EXAMPLES / "node" / "package.json", EXAMPLES / "node" / "package-lock.json"]
    home = cache_dir() / f"examples-node-{digest_of(*pins)}"

    def build(scratch: Path) -> None:
        for pin in pins:
            shutil.copy(pin, scratch)
        run("fetching the Node.js examples' client", [_need("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch)

    packages = entry(home, build) / "node_modules"
    for program in (EXAMPLES / "node").glob("*.mjs"):
        shutil.copy(program, folder)
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(packages)


def _need(program: str) -> str:
    path = shutil.which(program)
    if not path:
        raise StackError(f"{program} is not installed: run tools/deps.sh, or apt-get install nodejs npm")
    return path


def example(language: str, program: str, folder: Path, *arguments: str) -> Process:
    """`payment_service` or `listener` in `python` or `node`, not started. Its output is the log."""
    if language == "python":
        command = [*_python(), str(EXAMPLES / "python" / f"{program}.py")]
    else:
        _node(folder)
        command = [_need("node"), str(folder / f"{program.replace('_', '-')}.mjs")]
    return Process(f"{program} in {language}", [*command, *arguments], folder / f"{program}-{language}.log", daemon=False)
