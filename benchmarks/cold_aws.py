"""AWS behind a cold start: over TLS on loopback, it answers again what it answered when the call was recorded.

A client's first connection reads its file of certificate authorities, which takes as long as it does in an account:
the file here is the SDK's own with one more authority in it, the one that this server's certificate is from.
"""

from __future__ import annotations

import ssl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from benchmarks.cold_recording import Exchange
from benchmarks.cold_wire import Answer, Heard, operation_of, serving


class Aws:
    """Answers one recorded call at a time; `unknown` names what it was asked and had no answer for."""

    def __init__(self) -> None:
        """Begin without answers."""
        self.endpoint = ""
        self.unknown: list[str] = []
        self._answers: dict[str, list[Answer]] = {}
        self._lock = Lock()

    def play(self, exchanges: tuple[Exchange, ...]) -> None:
        """Answer from now on as in these exchanges, each operation's in their order."""
        answers: dict[str, list[Answer]] = defaultdict(list)
        for operation, answer in exchanges:
            answers[operation].append(answer)
        with self._lock:
            self._answers, self.unknown = answers, []

    def answer(self, heard: Heard) -> Answer:
        """Return the next answer to an operation; one that was not recorded is refused, and noted."""
        operation = operation_of(heard)
        with self._lock:
            left = self._answers.get(operation)
            if left:
                return left.pop(0)
            self.unknown.append(operation)
        return Answer(HTTPStatus.BAD_REQUEST, (), b'{"__type": "NotRecorded"}')


@contextmanager
def answering(folder: Path) -> Iterator[tuple[Aws, Path]]:
    """Lend an AWS on loopback and the file of authorities by which a client trusts it."""
    aws = Aws()
    authorities = _certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    with serving(aws.answer, context) as port:
        aws.endpoint = f"https://localhost:{port}"
        yield aws, authorities


def _certify(folder: Path) -> Path:
    """Write a certificate of localhost with its key; return the SDK's authorities with this one among them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    (folder / "certificate.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(private)
    authorities = folder / "authorities.pem"
    authorities.write_bytes((files("botocore") / "cacert.pem").read_bytes() + b"\n" + pem)
    return authorities
