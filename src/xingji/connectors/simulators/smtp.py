"""An SMTP relay that keeps what it is given. Owns the dialogue; with a certificate it demands STARTTLS and a password.

Addresses decide what goes wrong: nobody@… is unknown (550), busy@… is asked to come again (450).
"""

import asyncio
import base64
import re
import ssl
from email import message_from_bytes, policy

from xingji.connectors.simulators.state import Received, SimulatorState

MAX_BYTES = 1_000_000
_PATH = re.compile(r"<([^<>\s]+)>")


class SmtpSimulator:
    """One relay on loopback."""

    def __init__(
        self, state: SimulatorState, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
    ) -> None:
        self._state, self._tls, self._login = state, tls, login
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listens; `port` 0 takes a free one."""
        self._server = await asyncio.start_server(self._talk, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listens no more."""
        if self._server is not None:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._session(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        self._state.calls["email"] += 1
        fault = self._state.faults.get("email", "")
        if fault == "hang":
            await self._state.hang("email")
        say("421 simulated: not available" if fault == "down" else "220 simulator ESMTP")
        sender, recipients = "", []
        secure, known = self._tls is None, self._login is None
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            verb = line.partition(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                extra = [] if secure else ["STARTTLS"]
                extra += ["AUTH PLAIN"] if secure and self._login else []
                for word in ("simulator", *extra):
                    say(f"250-{word}")
                say(f"250 SIZE {MAX_BYTES}")
            elif verb == "STARTTLS" and self._tls is not None:
                say("220 go ahead")
                await writer.start_tls(self._tls)
                secure = True
            elif not secure:
                say("530 STARTTLS first")
            elif verb == "AUTH":
                known = self._login is None or line.split()[-1] == _plain(*self._login)
                say("235 welcome" if known else "535 wrong name or password")
            elif verb == "MAIL":
                sender, recipients = _address(line), []
                say("530 sign in first" if not known else "250 ok" if sender else "501 no address")
            elif verb == "RCPT":
                say(self._rcpt(_address(line), recipients))
            elif verb == "DATA":
                if not recipients:
                    say("503 no recipients")
                    continue
                say("354 go on")
                say(await self._data(reader, sender, recipients))
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok" if verb in ("RSET", "NOOP") else "502 not implemented")

    def _rcpt(self, address: str, recipients: list[str]) -> str:
        if self._state.faults.get("email") == "limit":
            return "450 too many messages, rate limited"
        if not address or address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("busy@"):
            return "450 mailbox busy"
        recipients.append(address)
        return "250 ok"

    async def _data(self, reader: asyncio.StreamReader, sender: str, recipients: list[str]) -> str:
        lines, size = [], 0
        while (line := await reader.readline()) not in (b".\r\n", b""):
            size += len(line)
            if size <= MAX_BYTES:
                lines.append(line[1:] if line.startswith(b"..") else line)
        if size > MAX_BYTES:
            return "552 too large"
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        part = mail.get_body(("plain",))
        raw = {"from": sender, "to": recipients, "subject": str(mail["Subject"])}
        text = f"{mail['Subject']}\n{part.get_content() if part else ''}".strip()
        identity = str(mail["Message-ID"])
        self._state.keep(Received("email", sender, self._state.clock(), text, tuple(recipients), id=identity, raw=raw))
        return "250 kept"


def _plain(name: str, password: str) -> str:
    return base64.b64encode(f"\0{name}\0{password}".encode()).decode()


def _address(line: str) -> str:
    found = _PATH.search(line)
    return found[1].lower() if found else ""
