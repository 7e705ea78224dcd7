"""What the models cost: `nexy report costs` under the name that the documents give it.

Usage: python server/scripts/report_token_costs.py [--days 7] [--from DAY --to DAY] [--by user,model] [--csv | --json]
"""

import sys
from collections.abc import Sequence

from nexy.cli.main import run

FORMATS = {"--csv": ("--format", "csv"), "--json": ("--format", "json")}


def as_command(given: Sequence[str]) -> list[str]:
    """The same words as the command takes them."""
    return ["report", "costs", *(word for part in given for word in FORMATS.get(part, (part,)))]


if __name__ == "__main__":
    sys.argv = ["nexy", *as_command(sys.argv[1:])]
    run()
