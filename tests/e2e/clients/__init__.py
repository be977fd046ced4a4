"""Clients that openapi-generator makes from an OpenAPI document. Each is compiled with a program that uses it: place_order.* in this
folder. The generator is a Maven jar; compilers and packages come from npm and PyPI. The Go client has no dependencies.

Without access to one of these registries, the tests that need it are skipped, with the reason."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from packages import node, node_modules, python_home, skipped_if_cut_off
from artifacts import go, java, maven_jar, run

HERE = Path(__file__).resolve().parent
GENERATOR = "org.openapitools:openapi-generator-cli:7.14.0"
GENERATOR_SHA256 = "e03186835022ca02da4aa95e3967b6a3b6d44c2e5f7606e6d5c22466f519c757"
# By default, a client refuses unknown members. But newer servers have additional ones.
OPTIONS = ("packageName=ordo", "disallowAdditionalPropertiesIfNotPresent=false")
# Messages of the generator for any document.
NO_COMPLAINTS = re.compile("|".join((
    r"OpenAPI 3\.1 support is still in beta",
    r"The value \(generator's option\) must be",
    # Its examples only serve the client's pages. It cannot make any for text/event-stream or long ranges of letters.
    r"Response examples can currently only be generated for application/json",
    r"Error in generating `example` for the property",
    # Parameters and headers have schemas without a name; some answers are JSON of any kind.
    r"Failed to get the schema name: null",
    r"Codegen property is null",
    # The query parameters `type` and `from` have other names in the client, but are sent unchanged.
    r" - (type|From) \(reserved word\) cannot be used as (parameter|model) name")))


def generate(generator: str, document: Path, folder: Path) -> list[str]:
    """Generates a client in `folder`. Returns the generator's complaints about the document, one per line."""
    with skipped_if_cut_off():
        jar = maven_jar(GENERATOR, GENERATOR_SHA256)
    command = [java()[0], "-jar", str(jar), "generate", "-g", generator, "-i", str(document), "-o", str(folder),
               "--git-host", "shop.example", "--git-user-id", "ordo", "--git-repo-id", "client", "-p", ",".join(OPTIONS),
               "--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240)
    if done.returncode != 0:
        raise AssertionError(f"openapi-generator {generator} ends with {done.returncode}:\n{done.stdout[-3000:]}")
    said = re.findall(r"^\[\w+\] (?:WARN|ERROR) .*$", done.stdout, re.M)
    return [line for line in said if not NO_COMPLAINTS.search(line)]


def go_program(client: Path) -> list[str]:
    """The command that places an order with the Go client in the folder."""
    source = client / "cmd" / "place_order"
    source.mkdir(parents=True)
    shutil.copy(HERE / "place_order.go", source)
    program = client.parent / "place_order"
    env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    run("compiling the Go client", [go(), "build", "-buildvcs=false", "-o", program, "./cmd/place_order"], cwd=client, env=env)
    return [str(program)]


def typescript_program(client: Path) -> list[str]:
    """The command that places an order with the TypeScript client in the folder; both are compiled strictly."""
    with skipped_if_cut_off():
        modules = node_modules("clients", "the TypeScript compiler", HERE)
    program = shutil.copy(HERE / "place_order.ts", client.parent)  # It imports ./client.
    compiled = client.parent / "compiled"
    tsc = [node(), modules / "typescript" / "bin" / "tsc", "--strict", "--target", "es2022", "--module", "commonjs"]
    run("compiling the TypeScript client", [*tsc, "--outDir", compiled, program])
    return [node(), str(compiled / "place_order.js")]


def python_program(client: Path) -> list[str]:
    """The command that places an order with the Python client in the folder."""
    with skipped_if_cut_off():
        home = python_home("clients", "what the Python client needs", HERE / "requirements.txt")
    shutil.copy(HERE / "place_order.py", client)
    return [str(home / "bin" / "python"), "-B", "-W", "error", str(client / "place_order.py")]
