"""Meta's official Python SDK (facebook-business 26) against the sandbox: everything that tools do with it.

    python tests/sdk/journey.py http://127.0.0.1:8090 [PART...]

The SDK is used as it is; only its base URL points at the sandbox. Each part of `parts/` is a sentence of what works and needs no
other; any surprise ends with a non-zero exit code.
"""

import importlib
import sys
import warnings

from parts.sandbox import Sandbox

PARTS = [
    "promotion", "objects", "lists", "batches", "errors", "insights", "reports", "limits",
    "audiences", "events", "pages", "instagram", "conversations",
]


def main(base, names):
    # The SDK warns of each nested field and of its own older helpers.
    warnings.simplefilter("ignore")
    sandbox = Sandbox(base)
    for name in names or PARTS:
        part = importlib.import_module("parts." + name)
        part.run(sandbox)
        print("%-14s %s" % (name, part.__doc__.strip().splitlines()[0]))
    print("SDK journey: ok")


main(sys.argv[1].rstrip("/"), sys.argv[2:])
