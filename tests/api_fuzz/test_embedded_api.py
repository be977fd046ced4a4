"""Fuzzes the API of one process on the embedded store."""

from api_fuzz import ApiFuzz
from harness import AT_REST, Case


class EmbeddedApi(ApiFuzz, Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.server("ordo", {"data_dir": str(cls.folder / "data"), "log_level": "warn"} | AT_REST)
        cls.api.start()
