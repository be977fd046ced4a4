"""Which ends of a process a campaign accepts."""

import signal
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from fleet import stopped_well  # noqa: E402


class StopTest(unittest.TestCase):
    def test_a_process_stops_or_says_why_not(self):
        self.assertTrue(stopped_well(0, '{"event":"stopped"}\n'))
        self.assertTrue(stopped_well(1, '{"event":"ends at once","why":"of stop_timeout"}\n'))
        self.assertFalse(stopped_well(1, '{"event":"stopping"}\n'))
        self.assertFalse(stopped_well(-signal.SIGABRT, "CHECK failed\n"))

    def test_only_one_that_did_nothing_yet_is_killed_by_the_signal(self):
        self.assertTrue(stopped_well(-signal.SIGTERM, ""))
        self.assertFalse(stopped_well(-signal.SIGTERM, '{"event":"starting"}\n'))


if __name__ == "__main__":
    unittest.main()
