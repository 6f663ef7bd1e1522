"""E-mail by SMTP. Owns the message, the dialogue with the relay and its reply codes.

The dialogue is the standard library's, in a thread; its socket goes to the address the guard has judged.
"""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard, AddressRefused
from xingji.kernel.work.channels.protocol import DELIVERED, Delivery, Outcome, Rate
from xingji.kernel.work.channels.settings_check import check_known, malformed, problem
from xingji.kernel.work.http_client import OutboundClient

SECONDS = 15.0
SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
# 421 and 4xx come again; these 5xx concern the relay's trust in us, a resend after a repair delivers.
_FAILURES = (OSError, TimeoutError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError)


class Email:
    """Settings: host, port, security (starttls | tls | none), username, password, sender, to (fixed addressees)."""

    key = "email"
    addressed = "person"
    secrets = frozenset({"password"})
    rates: tuple[Rate, ...] = (Rate(60, 60.0),)
    concurrency = 2

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        known = {"port", "security", "username", "password", "to", "sender_name", "lang"}
        problems = check_known(settings, {"host", "sender"}, known)
        security, port = settings.get("security", "starttls"), settings.get("port")
        if security not in SECURITY:
            problems.append(malformed("security", "可选 starttls、tls、none。", "one of starttls, tls, none."))
        if port is not None and not (isinstance(port, int) and 0 < port < 65536):
            problems.append(malformed("port", "应为 1–65535。", "it must be 1 to 65535."))
        if settings.get("password") and not settings.get("username"):
            problems.append(problem("channel.setting_missing", "username"))
        if security == "none" and settings.get("password"):
            problems.append(malformed("security", "不加密的连接上不能发送密码。", "no password goes over plain text."))
        addresses = {"sender": [settings.get("sender")], "to": settings.get("to") or []}
        for name, given in addresses.items():
            entries = given if isinstance(given, list) else [given]
            if any(entry and not readable_address(entry) for entry in entries):
                problems.append(malformed(name, "应为邮箱地址。", "it must be an e-mail address."))
        if not problems:
            problems += self._check_host(settings, guard)
        return problems

    def _check_host(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        try:
            guard.check_host(str(settings["host"]), port_of(settings))
        except AddressRefused as refused:
            host = str(settings["host"])
            return [problem("channel.address_refused", "host", host=host, reason=refused.reason)]
        return []

    def compose(self, delivery: Delivery, settings: Mapping[str, Any]) -> EmailMessage:
        """The message; its Message-ID is made of the dedupe key and stays the same over all attempts."""
        message, mail = delivery.message, EmailMessage()
        domain = str(settings["sender"]).rpartition("@")[2]
        one_line = " ".join(message.title.split())
        mail["Subject"] = ("【紧急】" if message.urgency == "strong" else "") + one_line
        mail["From"] = Address(str(settings.get("sender_name", "")), addr_spec=str(settings["sender"]))
        mail["To"] = ", ".join(addressees(delivery, settings))
        mail["Date"] = format_datetime(delivery.created_at)
        mail["Message-ID"] = f"<{delivery.id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgency == "strong":
            mail["Importance"] = "high"
        mail.set_content("\n\n".join(filter(None, (message.title, message.body, message.link))))
        return mail

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        if not addressees(delivery, settings):
            return Outcome("dead", "no_address", "the addressee has no e-mail address")
        host, port = str(settings["host"]), port_of(settings)
        try:
            address = await client.guard.address_of(host, port)
        except AddressRefused as refused:
            status = "retry" if refused.reason == "unresolvable" else "dead"
            return Outcome(status, "address_refused", refused.reason)
        mail = self.compose(delivery, settings)
        return await asyncio.to_thread(_deliver, mail, address, host, port, dict(settings))


def readable_address(text: Any) -> bool:
    """Whether the text is one plain e-mail address without line breaks or display name."""
    try:
        return isinstance(text, str) and text.isascii() and Address(addr_spec=text).domain != ""
    except (ValueError, IndexError):
        return False


def port_of(settings: Mapping[str, Any]) -> int:
    """The port given, else the usual one of the security."""
    return settings.get("port") or PORTS[settings.get("security", "starttls")]


def addressees(delivery: Delivery, settings: Mapping[str, Any]) -> list[str]:
    """The recipient's addresses, else the channel's fixed ones."""
    given = delivery.recipient.emails or tuple(settings.get("to") or ())
    return [address for address in given if readable_address(address)]


def _deliver(mail: EmailMessage, address: str, host: str, port: int, settings: Mapping[str, Any]) -> Outcome:
    security, context = settings.get("security", "starttls"), ssl.create_default_context()
    try:
        relay = _Relay(address, host, settings, context if security == "tls" else None)
        with relay:
            code, text = relay.connect(host, port)
            if code != 220:
                return _by_code(code, text)
            if security == "starttls":
                relay.starttls(context=context)
            if settings.get("username"):
                relay.login(settings["username"], settings["password"])
            relay.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        return _by_code(code, text)
    except smtplib.SMTPResponseException as refused:
        return _by_code(refused.smtp_code, refused.smtp_error)
    except smtplib.SMTPNotSupportedError as refused:
        return Outcome("dead", "unsupported", str(refused))
    except ssl.SSLCertVerificationError as refused:
        return Outcome("dead", "certificate", refused.verify_message)
    except _FAILURES as failed:
        return Outcome("retry", "unreachable", type(failed).__name__)
    return DELIVERED


def _by_code(code: int, text: bytes | str) -> Outcome:
    detail = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if code in (450, 452) and ("rate" in detail.lower() or "too many" in detail.lower()):
        return Outcome("retry", str(code), detail[:300], 60.0, limited=True)
    return Outcome("retry" if 400 <= code < 500 else "dead", str(code), detail[:300])


class _Relay(smtplib.SMTP):
    """The dialogue on a socket to the judged address, while TLS checks the relay's name."""

    def __init__(self, address: str, host: str, settings: Mapping[str, Any], context: ssl.SSLContext | None) -> None:
        super().__init__(timeout=SECONDS, local_hostname=str(settings["sender"]).rpartition("@")[2])
        self._address, self._context, self._host = address, context, host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((self._address, port), timeout)
        if self._context is None:
            return connection
        return self._context.wrap_socket(connection, server_hostname=host)
