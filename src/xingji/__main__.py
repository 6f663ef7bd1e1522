"""`python -m xingji`: the same program as the `xingji` command."""

from xingji.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
