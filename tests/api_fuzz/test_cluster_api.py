"""Fuzzes the API on Kafka and MongoDB: one process accepts requests, another one runs the processors."""

from api_fuzz import ApiFuzz
from cluster import ClusterCase, start_stack, stop_stack

setUpModule, tearDownModule = start_stack, stop_stack


class ClusterApi(ApiFuzz, ClusterCase):
    phases = "examples,fuzzing"  # both modes share every route, and the other one tries every bound of the schemas

    @property
    def api(self):
        return self.servers["api"]
