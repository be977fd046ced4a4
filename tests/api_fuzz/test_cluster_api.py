"""The API on Kafka and MongoDB, fuzzed: one process takes requests, one does the work."""

from api_fuzz import ApiFuzz
from cluster import ClusterCase, start_stack, stop_stack

setUpModule, tearDownModule = start_stack, stop_stack


class ClusterApi(ApiFuzz, ClusterCase):
    @property
    def api(self):
        return self.servers["api"]
