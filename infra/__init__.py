"""The CDK app of dxmacsec; it knows the functions only by their names and the asset's folder.

The virtual environment brings the Node that CDK supports; without this jsii would start whatever `node`
comes first on the PATH.
"""

import os
import sys
from pathlib import Path

_NODE = Path(sys.executable).with_name("node")
if _NODE.exists():
    os.environ.setdefault("JSII_NODE", str(_NODE))
