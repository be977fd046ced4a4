"""Runs the services of examples/ as their READMEs say. Their packages from PyPI and npm are in the stack's cache."""

import shutil
from pathlib import Path

import packages
from harness import PROJECT
from processes import Process

EXAMPLES = PROJECT / "examples"


def python_home() -> Path:
    """The virtual environment with the packages."""
    return packages.python_home("examples", "the Python examples' client", EXAMPLES / "python" / "requirements.txt")


def _python() -> list[str]:
    return [str(python_home() / "bin" / "python"), "-B"]


def _node(folder: Path) -> None:
    """Puts the programs into `folder`, beside the packages, where Node.js searches for them."""
    modules = packages.node_modules("examples", "the Node.js examples' client", EXAMPLES / "node")
    for program in (EXAMPLES / "node").glob("*.mjs"):
        shutil.copy(program, folder)
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(modules)


def example(language: str, program: str, folder: Path, *arguments: str) -> Process:
    """`payment_service` or `listener` in `python` or `node`, not started. Its output is the log."""
    if language == "python":
        command = [*_python(), str(EXAMPLES / "python" / f"{program}.py")]
    else:
        _node(folder)
        command = [packages.node(), str(folder / f"{program.replace('_', '-')}.mjs")]
    return Process(f"{program} in {language}", [*command, *arguments], folder / f"{program}-{language}.log", daemon=False)
