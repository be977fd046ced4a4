"""Public validators of API documents. Files in this folder pin their versions, and the stack's cache folder keeps them:
openapi-spec-validator and jsonschema from PyPI, @asyncapi/parser from npm."""

import os
import subprocess
import sys
from pathlib import Path

from packages import node, node_modules, python_home

HERE = Path(__file__).resolve().parent


def import_python() -> None:
    """Makes openapi_spec_validator, jsonschema and referencing importable."""
    home = python_home("validators", "the OpenAPI validator", HERE / "requirements.txt")
    packages = next(home.glob("lib/python*/site-packages"))
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


def asyncapi_problems(document: Path) -> str:
    """The errors that @asyncapi/parser finds, one per line."""
    modules = node_modules("validators", "the AsyncAPI validator", HERE)
    done = subprocess.run([node(), str(HERE / "asyncapi.cjs"), str(document)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, env=os.environ | {"NODE_PATH": str(modules)})
    return done.stdout if done.stdout or done.returncode == 0 else f"node ends with {done.returncode}"
