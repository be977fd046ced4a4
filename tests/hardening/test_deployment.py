"""The files in deploy/ for the program's environment: the systemd unit and the containers."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from program import BINARY, PROJECT

UNIT = PROJECT / "deploy" / "ordo.service"
COMPOSE = PROJECT / "deploy" / "compose.yaml"


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
class Unit(unittest.TestCase):
    def analyze(self, *arguments):
        done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stderr

    def test_is_shut_in(self):
        """The threshold is in tenths: 2.0 of 10. A service without a sandbox has 9.6."""
        self.analyze("security", "--offline=true", "--threshold=20", UNIT)

    def test_is_understood(self):
        """systemd understands the unit. It only warns about unknown settings."""
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder) / UNIT.name
            here.write_text(UNIT.read_text().replace("/usr/local/bin/ordo", str(BINARY)))
            self.assertEqual(self.analyze("verify", "--man=no", here), "")


class Compose(unittest.TestCase):
    def test_containers_have_no_privileges(self):
        services = yaml.safe_load(COMPOSE.read_text())["services"]
        for name, service in services.items():
            with self.subTest(name):
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertEqual(service["security_opt"], ["no-new-privileges:true"])
                if service["image"] == "ordo":
                    self.assertTrue(service["read_only"])

    def test_the_first_key_is_in_no_log(self):
        services = yaml.safe_load(COMPOSE.read_text())["services"]
        command = services["keys"]["entrypoint"][-1]
        self.assertRegex(command, r"^umask 077;.*key create .*> /var/lib/ordo/\S+$")


if __name__ == "__main__":
    unittest.main()
