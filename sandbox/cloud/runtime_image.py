"""The folder that stands for Lambda's Python image: the runtime client and boto3, and nothing else.

A function sees its own asset, this folder and the standard library, so a dependency that is missing from
the asset is missing here too, whatever the virtual environment of the sandbox holds.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

DISTRIBUTIONS = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "python-dateutil",
    "six",
    "urllib3",
)
"""awslambdaric and boto3 with their requirements.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
"""


def build(folder: Path) -> Path:
    """Fill a folder with links to the installed distributions and return it.

    Repeating it is safe: links that are there stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in DISTRIBUTIONS:
        installed = distribution(name)
        tops = {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}
        for top in tops:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(installed.locate_file(top))))
    return folder
