"""The release build has the properties that cmake/Hardening.cmake requires. They are read from its ELF, because a compiler flag may
have no effect."""

import platform
import re
import subprocess
import unittest

from program import BINARY


def readelf(*flags: str) -> str:
    return subprocess.run(["readelf", "--wide", *flags, BINARY], capture_output=True, text=True, check=True).stdout


class Binary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.segments = readelf("--program-headers")
        cls.dynamic = readelf("--dynamic")
        cls.imported = set(re.findall(r" UND (\w+)", readelf("--dyn-syms")))

    def test_is_loaded_where_nobody_knows(self):
        self.assertRegex(readelf("--file-header"), r"Type:\s+DYN")
        self.assertRegex(self.dynamic, r"\(FLAGS_1\).*\bPIE\b")

    def test_its_tables_of_addresses_cannot_be_written(self):
        self.assertIn("GNU_RELRO", self.segments)
        self.assertRegex(self.dynamic, r"\(FLAGS\).*\bBIND_NOW\b")

    def test_nothing_can_be_written_and_run(self):
        self.assertRegex(self.segments, r"GNU_STACK\s+(0x\w+\s+){5}RW\s")
        for flags in re.findall(r"^\s+LOAD\s+(?:0x\w+\s+){5}(\S+(?: \S+)?)\s+0x", self.segments, re.M):
            self.assertFalse("W" in flags and "E" in flags, flags)

    def test_calls_of_the_c_library_are_checked(self):
        checked = {name for name in self.imported if re.fullmatch(r"__\w+_chk", name)} - {"__stack_chk_fail"}
        self.assertTrue(checked, "no function of -D_FORTIFY_SOURCE is called")

    @unittest.skipUnless(platform.machine() == "x86_64", "others have other instructions")
    def test_its_code_looks_at_canaries_and_says_where_jumps_land(self):
        """The linker omits the note about the latter (IBT, SHSTK) when the C library's start files have none, as in Debian 12."""
        self.assertTrue("__stack_chk_fail" in self.imported, "no function has a canary")
        code = subprocess.run(["objdump", "--disassemble", "--no-show-raw-insn", "--section=.text", BINARY], capture_output=True,
                              text=True, check=True).stdout
        self.assertGreater(code.count("%fs:0x28"), 1000)
        self.assertGreater(code.count("endbr64"), 1000)


if __name__ == "__main__":
    unittest.main()
