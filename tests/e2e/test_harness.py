"""Tests of the functions with which the tests wait."""

import unittest

from harness import Timeout, wait_until


class WaitTest(unittest.TestCase):
    def test_what_is_not_there_yet_is_awaited(self):
        answers = iter([{}, {"parcels": []}, {"parcels": [{"status": "shipped"}]}, {"parcels": [{"status": "lost"}]}])
        self.assertTrue(wait_until(lambda: next(answers)["parcels"][0]["status"] == "lost", 60, "the parcel is lost"))

    def test_a_wait_has_a_bound_and_says_what_it_saw_last(self):
        with self.assertRaisesRegex(Timeout, "not within 0 s: the parcel.*KeyError.'parcels'"):
            wait_until(lambda: {}["parcels"], 0, "the parcel is lost")

    def test_a_mistake_in_a_condition_ends_the_wait(self):
        with self.assertRaises(TypeError):
            wait_until(lambda: len(None), 60, "never")


if __name__ == "__main__":
    unittest.main()
