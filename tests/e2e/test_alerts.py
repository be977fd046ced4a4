"""The alerts and the dashboard in deploy/ for Prometheus and Grafana. test_metrics checks that their metrics exist."""

import json
import re

from harness import PROJECT, Case
from promtool import promtool

PROMETHEUS = PROJECT / "deploy" / "prometheus"
BOARD = PROJECT / "deploy" / "grafana" / "ordo.json"


class Alerts(Case):
    def test_they_are_what_prometheus_takes(self):
        promtool("check", "config", PROMETHEUS / "prometheus.yml")
        promtool("test", "rules", PROMETHEUS / "rules_test.yml")

    def test_each_is_tested_and_has_its_page(self):
        rules, tests = ((PROMETHEUS / name).read_text() for name in ("rules.yml", "rules_test.yml"))
        alerts = re.findall(r"- alert: (\w+)", rules)
        self.assertGreater(len(alerts), 10)
        for alert in alerts:
            self.assertIn(f'alertname="{alert}"', tests)
        runbooks = re.findall(r"runbook: (\S+)#(\S+)", rules)
        self.assertEqual(len(runbooks), len(alerts))
        for page, anchor in runbooks:
            heads = re.findall(r"^#+ (.*)$", (PROJECT / page).read_text(), re.M)
            anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
            self.assertIn(anchor, anchors, page)

    def test_the_board_can_be_asked(self):
        """Prometheus accepts each expression, as a separate rule."""
        board = json.loads(BOARD.read_text())
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))
        expressions = [target["expr"].replace("$__rate_interval", "5m") for panel in board["panels"]
                       for target in panel.get("targets", [])]
        rules = {"groups": [{"name": "board", "rules": [{"record": f"board:{i}", "expr": expression}
                                                        for i, expression in enumerate(expressions)]}]}
        path = self.folder / "board.yml"
        path.write_text(json.dumps(rules))
        promtool("check", "rules", "--lint=none", path)
