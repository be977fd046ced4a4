"""Runs Schemathesis against ordo: valid and invalid requests made from /openapi.json, whose answers must match it.

API_FUZZ_EXAMPLES: random cases per operation, in addition to those from its schema (8). API_FUZZ_SEED: their seed (1).
API_FUZZ_REPORT: a folder that stores every request and its answer.

GET /v1/events is left out, because its answer is endless (tests/e2e/events.py tests it). checks.py lists what else does
not count as a failure.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import HOST, Http, get  # noqa: E402  (It puts the stack's modules on the path, too.)
from artifacts import cache_dir, digest_of, entry, run  # noqa: E402
from shop import Shop, price  # noqa: E402

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", 8))
SEED = int(os.environ.get("API_FUZZ_SEED", 1))
REPORT = os.environ.get("API_FUZZ_REPORT")
CHECKS = ("the_server_does_not_fail", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "unsupported_method", "allow_header_conformance", "answers_are_utf8",
          "right_requests_are_taken", "wrong_requests_are_refused")


def schemathesis() -> list[str]:
    """The command, from its own virtual environment, because Debian does not have it."""
    requirements = HERE / "requirements.txt"
    home = cache_dir() / f"schemathesis-{digest_of(requirements, platform.python_version(), platform.machine())}"

    def build(scratch: Path) -> None:
        run("making a virtual environment", [sys.executable, "-m", "venv", scratch])
        run("fetching Schemathesis", [scratch / "bin" / "python", "-m", "pip", "install", "-q", "--no-deps", "--require-hashes",
                                      "--only-binary", ":all:", "--disable-pip-version-check", "-r", requirements])

    return [str(entry(home, build) / "bin" / "python"), "-m", "schemathesis.cli"]


def stock_the_shop(port: int) -> None:
    """Creates the objects whose ids are in the document's examples, and orders of every kind."""
    http = Http(port)
    shop = Shop(http)
    for product in ("mug-red", "mug-blue"):
        shop.add_product(product, stock=100_000, amount=1250)
    http.post("/v1/customers", {"id": "ann", "name": "Ann Lee", "email": "ann@example.com"}, Prefer="wait=30")
    http.post("/v1/webhooks", {"url": "https://shop.example/hooks", "types": ["ordo.order.*"], "enabled": False}, Prefer="wait=30")
    http.post("/v1/tax-rates", {"id": "de", "country": "DE", "rate_ppm": 190000, "label": "VAT 19 %", "code": "VAT"}, Prefer="wait=30")
    http.post("/v1/shipping-methods", {"id": "parcel", "name": "Parcel", "price": {"kind": "flat", "amount": price(490)}},
              Prefer="wait=30")
    for i in range(3):
        order = shop.order("ann", ("mug-red", 1 + i), ("mug-blue", 1))
    http.post(f"/v1/orders/{order['id']}/cancel", {"reason": "changed my mind"}, Prefer="wait=10")
    shop.order("ann", ("mug-red", 200_000))
    http.post(f"/v1/orders/{shop.order('ann', ('mug-red', 1))['id']}/refunds",
              {"amount": price(100), "reason": "scratched"}, Prefer="wait=10")
    http.close()


class ApiFuzz:
    """For a Case with a server `api`."""

    phases = "examples,coverage,fuzzing"

    def test_the_api_is_what_its_document_says(self):
        stock_the_shop(self.api.port)
        with tempfile.TemporaryDirectory() as scratch:
            report = Path(REPORT or scratch) / type(self).__name__
            command = [*schemathesis(), "run", f"http://{HOST}:{self.api.port}/openapi.json", "--phases", self.phases,
                       "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none",
                       "--checks", ",".join(CHECKS), "--exclude-path", "/v1/events",
                       # The first key would close the server to the test.
                       "--exclude-path", "/v1/keys", "--request-timeout", "60",
                       "--output-sanitize", "false", "--warnings", "off", "--no-color", "--continue-on-failure",
                       "--suppress-health-check", "all", "--report", "json,ndjson" if REPORT else "json",
                       "--report-dir", str(report), "--report-json-path", str(report / "report.json")]
            done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=3500,
                                  env=os.environ | {"SCHEMATHESIS_HOOKS": "checks", "PYTHONPATH": str(HERE), "NO_PROXY": "*"})
            try:
                found = json.loads((report / "report.json").read_text())
            except (OSError, ValueError):
                self.fail(f"Schemathesis ends with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        cases, failures = found["test_cases"]["generated"], found["test_cases"]["unique_failures"]
        errors = found["operations"]["errored"]
        print(f"api_fuzz: {type(self).__name__}: {found['operations']['tested']} operations, {cases} cases in "
              f"{found['running_time']:.0f} s, {failures} failures, {errors} errors (seed {SEED})", file=sys.stderr)
        self.assertTrue(done.returncode == 0 and failures == 0 and errors == 0, f"{done.stdout[-30000:]}\n{done.stderr[-2000:]}")
        self.assertGreater(cases, 500)
        self.assertEqual(found["operations"]["tested"], found["operations"]["selected"])
        self.assertEqual(get(self.api.port, "/readyz").status, 200)
