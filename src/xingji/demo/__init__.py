"""The demo organisation: made on the first start, found on every next one. Owns its seed, its logins and its morning."""

from xingji.demo.ensure import ensure_demo

__all__ = ["ensure_demo"]
