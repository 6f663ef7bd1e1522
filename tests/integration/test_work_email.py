"""E-mail over STARTTLS: the relay's name is checked, the password goes over TLS alone, replies are understood."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from xingji.connectors.simulators import SimulatorState
from xingji.connectors.simulators.smtp import SmtpSimulator
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels import CHANNEL_KINDS, Delivery, Message, Recipient
from xingji.kernel.work.http_client import OutboundClient

NOW = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
RELAY = "relay.demo.com"


def certificate(folder, name: str) -> tuple[ssl.SSLContext, str]:
    """A server context for a name, and the file of the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "relay.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, str(file)


@pytest_asyncio.fixture(loop_scope="session")
async def relay(tmp_path, monkeypatch):
    """(state, settings, client) of a relay that demands TLS and a password."""
    context, file = certificate(tmp_path, RELAY)
    monkeypatch.setenv("SSL_CERT_FILE", file)
    state = SimulatorState()
    simulator = SmtpSimulator(state, context, ("crm", "right"))
    await simulator.start("127.0.0.1", 0)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    settings = {
        "host": RELAY,
        "port": simulator.port,
        "sender": "crm@demo.example",
        "username": "crm",
        "password": "right",
    }
    async with OutboundClient(AddressGuard([f"127.0.0.1:{simulator.port}"], resolve)) as client:
        yield state, settings, client
    await simulator.stop()


async def send(settings, client):
    delivery = Delivery("d", Message("线索超时", "请处理"), Recipient(emails=("z@demo.example",)), 1, NOW, NOW)
    return await CHANNEL_KINDS["email"].send(delivery, settings, client)


async def test_a_message_goes_over_tls_with_the_password(relay):
    state, settings, client = relay
    assert (await send(settings, client)).status == "delivered"
    assert state.texts("email")[0].startswith("线索超时")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"password": "wrong"}, "dead", "535"),
        ({"host": "other.demo.com"}, "dead", "certificate"),
        ({"security": "none", "password": None, "username": None}, "dead", "530"),
    ],
)
async def test_a_wrong_password_a_wrong_name_and_plain_text_are_final(relay, change, status, code):
    state, settings, client = relay
    outcome = await send(settings | change, client)
    assert (outcome.status, outcome.code) == (status, code)
    assert state.texts("email") == []


async def test_a_certificate_nobody_vouches_for_is_refused(relay, monkeypatch):
    state, settings, client = relay
    monkeypatch.delenv("SSL_CERT_FILE")
    assert (await send(settings, client)).code == "certificate"
    assert state.texts("email") == []
