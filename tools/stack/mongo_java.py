"""mongo-java-server: the stack's other database. It behaves differently from FerretDB."""

import os
from pathlib import Path

import artifacts
from processes import Process, ProcessId
from services import DATABASE, HOST, READY_TIMEOUT_S, free_port
import wire


class JavaMongo(Process):
    """Has the same methods as services.Mongo. It supports neither TLS nor users."""

    def __init__(self, folder: Path, daemon: bool = False, brief: bool = False, in_memory: bool = False):
        super().__init__("mongo", [], folder / "mongo.log", daemon)
        data = folder / "mongo"
        data.mkdir()
        self.port = free_port()
        self.url = f"mongodb://{HOST}:{self.port}/{DATABASE}"
        home = artifacts.mongo_java()
        classes = os.pathsep.join(map(str, [home, *sorted(home.glob("*.jar"))]))
        self.command = [artifacts.java()[0], "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                        *(["-XX:TieredStopAtLevel=1"] if brief else []), "-cp", classes, "Server",
                        HOST, str(self.port), *([] if in_memory else [str(data / "h2")])]

    def wait_ready(self) -> None:
        super().wait_ready(lambda: wire.mongo_hello(self.port), READY_TIMEOUT_S)

    def start(self) -> None:
        self.spawn()
        self.wait_ready()

    def restart(self) -> None:
        self.stop()
        self.start()

    def processes(self) -> list[ProcessId]:
        return [self.id] if self.id else []
