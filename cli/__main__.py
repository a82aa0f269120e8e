"""`python -m cli`: the `dxmacsec` command from a checkout."""

from __future__ import annotations

from cli.app import main

if __name__ == "__main__":
    main()
