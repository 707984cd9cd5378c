"""Makes the certificates of a TLS server, valid for a day, with ``openssl``."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

__all__ = ("Certificates", "make_certificates")

EXTENSIONS = """
subjectAltName = IP:127.0.0.1, DNS:localhost
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Where they are.

    Attributes:
        authority: the certificate that a client has to trust.
        server: the certificate of 127.0.0.1 and localhost, signed by the authority.
        key: the private key of the server.
    """

    authority: Path
    server: Path
    key: Path


def make_certificates(directory: Path) -> Certificates:
    """Make an authority, and a server's certificate that it signs.

    Raises:
        FileNotFoundError: ``openssl`` is not installed.
    """
    made = Certificates(
        authority=directory / "ca.crt",
        server=directory / "server.crt",
        key=directory / "server.key",
    )
    (directory / "extensions").write_text(EXTENSIONS, encoding="ascii")
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout"
    # With keyUsage: Python 3.13 refuses authorities that do not say theirs.
    _openssl(
        directory,
        f"req -x509 {new_key} ca.key -out ca.crt -days 1 -subj /CN=stateroom-tests"
        " -addext keyUsage=critical,keyCertSign",
    )
    _openssl(
        directory, f"req -new {new_key} server.key -out server.csr -subj /CN=localhost"
    )
    _openssl(
        directory,
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial"
        " -out server.crt -days 1 -extfile extensions",
    )
    return made


def _openssl(directory: Path, arguments: str) -> None:
    subprocess.run(
        ("openssl", *arguments.split()),  # noqa: S607 - whichever is installed
        cwd=directory,
        check=True,
        capture_output=True,
    )
