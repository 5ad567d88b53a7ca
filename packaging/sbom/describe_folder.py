"""Writes into a built folder what it consists of: `uketsuke.cdx.json` (CycloneDX 1.6, ECMA-424) and `NOTICES.txt`.

The same folder is described in the same bytes. Exit code 1 when something in it belongs to nobody that is known.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from cyclonedx_list import PROGRAM, as_cyclonedx
from frozen_archive import frozen_modules
from frozen_parts import parts_of
from licence_notices import notices

SBOM: Final = "uketsuke.cdx.json"
NOTICES: Final = "NOTICES.txt"


def main() -> int:
    """Describes a folder, and says what is unclaimed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="as `./run package` built it")
    folder = parser.parse_args().folder
    found = parts_of(folder, frozen_modules(folder / PROGRAM))
    (folder / NOTICES).write_text(notices(found.parts), "utf-8")
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    (folder / SBOM).write_text(as_cyclonedx(found, folder, epoch), "utf-8")
    crates = sum(len(part.crates) for part in found.parts)
    print(f"{SBOM}: {len(found.parts)} parts and {crates} Rust crates in them")
    for name in found.unclaimed:
        print(f"belongs to nobody that is known: {name}", file=sys.stderr)
    return int(bool(found.unclaimed))


if __name__ == "__main__":
    sys.exit(main())
