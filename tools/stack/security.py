"""The additions of a secured stack: certificates that openssl creates for this stack only, and a user for each server."""

import secrets
import ssl
import subprocess
from pathlib import Path

from errors import StackError

HOST = "127.0.0.1"


class Security:
    """A CA, a server certificate that it signed, and the user of both servers. Creates `folder`."""

    def __init__(self, folder: Path):
        folder.mkdir(mode=0o700)
        self.folder = folder
        self.ca, self.certificate, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        self.user, self.password = "ordo", secrets.token_hex(16)
        make_identity(folder / "made", self.ca, self.certificate, self.key)
        self.both = folder / "server-both.pem"  # In the form that Kafka requires.
        self.both.write_text(self.key.read_text() + self.certificate.read_text())

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)


def make_identity(scratch: Path, ca: Path, certificate: Path, key: Path) -> None:
    """Creates a CA, a certificate that it signed for this machine, and its key, in the three files. Valid for two days."""
    scratch.mkdir()
    request, names, ca_key = scratch / "csr.pem", scratch / "names", scratch / "ca.key"
    names.write_text(f"subjectAltName=IP:{HOST},DNS:localhost\n")
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl("req", "-x509", *made, "-days", "2", "-subj", "/CN=ordo stack CA", "-keyout", ca_key, "-out", ca)
    _openssl("req", "-new", *made, "-subj", "/CN=ordo stack server", "-keyout", key, "-out", request)
    _openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-extfile", names,
             "-out", certificate)


def _openssl(*arguments) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise StackError(f"openssl {arguments[0]} failed:\n{done.stderr}")
