"""Puts finished people into the program: `python finish.py RENDERED PORTRAITS`, and writes `index.toml` anew.

A person is finished when the chip's and all three camera pictures are there. The chip's becomes grey JPEG 2000.
"""

import hashlib
import shutil
import sys
import tomllib
from pathlib import Path

import cv2
from deck import deck

_SHOTS = ("cam1", "cam2", "cam3")
_HEADER = """\
# Who is in these pictures, none of whom exists, and the SHA-256 of each file. packaging/portraits/finish.py wrote it.

"""


def main(rendered, portraits):
    people = deck()
    for pid in people:
        if all((rendered / f"{pid}_{shot}.jpg").exists() for shot in ("chip", *_SHOTS)):
            _chip(rendered / f"{pid}_chip.jpg", portraits / f"{pid}.jp2")
            for shot in _SHOTS:
                shutil.copyfile(rendered / f"{pid}_{shot}.jpg", portraits / f"{pid}_{shot}.jpg")
    index = portraits / "index.toml"
    known = tomllib.loads(index.read_text(encoding="utf-8")) | people
    entries = [_entry(pid, known[pid], portraits) for pid in sorted(known) if (portraits / f"{pid}.jp2").exists()]
    index.write_text(_HEADER + "\n".join(entries), encoding="utf-8")


def _chip(source, target):
    """180 by 225 grey pixels, some 6 kB, as small as a card's."""
    grey = cv2.imread(str(source), cv2.IMREAD_GRAYSCALE)
    grey = cv2.resize(grey, (180, 240), interpolation=cv2.INTER_AREA)[7:232]
    cv2.imwrite(str(target), grey, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 150])


def _entry(pid, person, portraits):
    names = (f"{pid}.jp2", *(f"{pid}_{shot}.jpg" for shot in _SHOTS))
    digests = {name: hashlib.sha256((portraits / name).read_bytes()).hexdigest() for name in names}
    files = "".join(f'"{name}" = "{digest}"\n' for name, digest in digests.items())
    return f'''[{pid}]
sex = "{person["sex"]}"
age = {person["age"]}
look = "{person["look"]}"
seed = {person["seed"]}

[{pid}.sha256]
{files}'''


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
