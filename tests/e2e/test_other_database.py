"""The main job with another server for MongoDB's protocol, so that ordo does not depend on one server.

Its data is in memory; the integration tests use the one with a file.
"""

import functools
import unittest

from cluster import ClusterCase, start_stack, stop_stack
from main_job import MainJobOnKafka

setUpModule = functools.partial(start_stack, database="java-memory")
tearDownModule = stop_stack


class MainJobOnJava(MainJobOnKafka, ClusterCase):
    pass


if __name__ == "__main__":
    unittest.main()
