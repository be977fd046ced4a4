"""A plan follows from its seed, and never contains faults that no system could survive."""

import itertools
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faults import INTRUSIONS, LAYOUTS, WORKERS, Plan, draw  # noqa: E402

STAGES = (("embedded", 0), ("cluster", 1), ("cluster", 3))


class FaultsTest(unittest.TestCase):
    def plans(self, seconds: float = 120):
        for (mode, brokers), seed in itertools.product(STAGES, range(100)):
            yield draw(mode, brokers, seed, seconds)

    def test_a_seed_is_a_plan(self):
        for plan in self.plans(60):
            self.assertEqual(draw(plan.mode, plan.brokers, plan.seed, 60), plan)
            self.assertEqual(Plan.from_json(plan.to_json()), plan)
        self.assertNotEqual(draw("cluster", 1, 1, 60).faults, draw("cluster", 1, 2, 60).faults)

    def test_every_kind_of_fault_happens_to_everything_it_can_happen_to(self):
        seen = {(fault.kind, fault.target.rstrip("0123456789-")) for plan in self.plans() for fault in plan.faults}
        for kind, target in itertools.product(("kill", "pause", "restart"), ("api", "workers", "serve", "kafka", "mongo")):
            self.assertIn((kind, target), seen)
        self.assertIn(("pause_long", "workers"), seen)
        for kind in INTRUSIONS:
            self.assertIn((kind, "topics"), seen)
        for kind, target in itertools.product(("cut", "refuse", "delay", "throttle", "blackhole", "half_open"),
                                              ("kafka", "mongo", "api", "serve")):
            self.assertIn((kind, f"link:{target}"), seen)

    def test_nothing_has_two_faults_and_of_the_brokers_only_one_has_any(self):
        for plan in self.plans():
            for one, two in itertools.combinations(plan.faults, 2):
                if one.at + one.lasts < two.at or "topics" in (one.target, two.target):
                    continue
                names = [fault.target.removeprefix("link:") for fault in (one, two)]
                self.assertNotEqual(*names, f"{plan.seed}: {one} / {two}")
                self.assertFalse(all(name.startswith("kafka-") for name in names), f"{plan.seed}: {one} / {two}")

    def test_all_is_over_in_time(self):
        for plan in self.plans():
            self.assertGreater(len(plan.faults), 5)
            self.assertTrue(all(fault.at + fault.lasts <= plan.seconds + 0.01 for fault in plan.faults))

    def test_somebody_does_everything(self):
        for layout in LAYOUTS.values():
            self.assertEqual(set(itertools.chain(*layout.values())), set(WORKERS))


if __name__ == "__main__":
    unittest.main()
