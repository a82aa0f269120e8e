"""`python -m infra.permissions` prints what every role of the synthesised template may do, as Markdown."""

from __future__ import annotations

import sys
import tempfile

from infra.app import build
from infra.names import STACK
from infra.permissions.markdown import permissions_table

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        template = build({"bundling": "off"}, outdir=folder).synth().get_stack_by_name(STACK).template
    sys.stdout.write(permissions_table(template))
