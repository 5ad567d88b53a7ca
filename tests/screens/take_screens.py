"""Takes a picture of each screen of the desk into `build/screens/`, without a screen. Invented people only."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "fakes"))

import auditor_screens
import beside_screens
import desk_screens
import paper_screens
import patient_screens
import reception_screens


def main() -> None:
    folder = Path("build/screens")
    folder.mkdir(parents=True, exist_ok=True)
    for screens in (
        *(patient_screens, reception_screens, desk_screens),
        *(auditor_screens, paper_screens, beside_screens),
    ):
        screens.take(folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
