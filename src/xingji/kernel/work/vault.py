"""Seals and opens the secrets of settings at rest, and masks them for reading. Owns the format; stores nothing.

A sealed value is text: `sealed:1:` and base64 of nonce + ciphertext, AES-256-GCM under a key derived from
`XINGJI_SECRET_KEY`. The context (channel key and setting) is bound to it, so that a sealed value moved elsewhere
does not open.
"""

import base64
import os
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xingji.kernel.core.errors import ErrorKind, XingjiError

PREFIX = "sealed:1:"
MASK = "••••••"
_NONCE = 12


class Vault:
    """Secrets of one installation under one key. The key's text may have any length; it should be random."""

    def __init__(self, secret_key: str) -> None:
        if len(secret_key) < 16:
            raise XingjiError("secrets.key_too_short", ErrorKind.UNAVAILABLE, least=16)
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xingji settings").derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, value: str, context: str) -> str:
        """The sealed text of a value."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, value.encode(), context.encode())
        return PREFIX + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, context: str) -> str:
        """The value of a sealed text. Raises: `secrets.unreadable` when key or context differ."""
        try:
            raw = base64.b64decode(sealed.removeprefix(PREFIX), validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], context.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise XingjiError("secrets.unreadable", ErrorKind.UNAVAILABLE, context=context) from error


def is_sealed(value: Any) -> bool:
    """Whether a setting is sealed text."""
    return isinstance(value, str) and value.startswith(PREFIX)


def seal_settings(
    vault: Vault, owner: str, names: Iterable[str], settings: Mapping[str, Any], previous: Mapping[str, Any]
) -> dict[str, Any]:
    """Settings with their secrets sealed; a secret left as the mask keeps the previous sealed value."""
    stored = dict(settings)
    for name in names:
        value = stored.get(name)
        if value == MASK:
            stored[name] = previous.get(name, "")
        elif isinstance(value, str) and value and not is_sealed(value):
            stored[name] = vault.seal(value, f"{owner}.{name}")
    return stored


def open_settings(vault: Vault, owner: str, names: Iterable[str], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with their secrets in the clear, for sending. Raises: `secrets.unreadable`."""
    opened = dict(settings)
    for name in names:
        if is_sealed(opened.get(name)):
            opened[name] = vault.open(opened[name], f"{owner}.{name}")
    return opened


def mask_settings(names: Iterable[str], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as people may read them: every secret that is set shows the mask."""
    masked = dict(settings)
    for name in names:
        if masked.get(name):
            masked[name] = MASK
    return masked
