"""The licence notices of everything in a built folder, in one text, with how to replace what is under the LGPL."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from frozen_parts import Part

COMMON: Final = Path("/usr/share/common-licenses")  # Debian Policy, 12.5
WHOLE_TEXTS: Final = {  # SPDX identifier, without -only and -or-later: Debian's file
    "Apache-2.0": "Apache-2.0",
    "GPL-2.0": "GPL-2",
    "GPL-3.0": "GPL-3",
    "LGPL-2.1": "LGPL-2.1",
    "LGPL-3.0": "LGPL-3",
    "MPL-2.0": "MPL-2.0",
}
RULE: Final = "=" * 100
HEAD: Final = """\
Uketsuke is made of the works below. Each stands here with its version, its licence (an SPDX expression) and, where it
came with one, the text of its own. The texts of the longer licences follow at the end, once each.

REPLACING WHAT IS UNDER THE LGPL

Qt, PySide6 and shiboken6 (LGPL-3.0), FFmpeg, GLib, libgcrypt and others (LGPL-2.1) are used unchanged and lie as
libraries of their own in the folder `_internal`; psycopg (LGPL-3.0) and pyscard (LGPL-2.1) lie there as Python sources.
To use versions of your own:

  1. Get the sources from the addresses below, change them, and build them for the same machine, ABI and major version.
     Qt and PySide6: https://doc.qt.io/qtforpython-6/building_from_source/
  2. Put the built libraries over those of the same names: for Qt, `_internal/PySide6/Qt/lib/libQt6*.so.6` and
     `_internal/PySide6/Qt/plugins/`; for PySide6, `_internal/PySide6/*.so` and `_internal/shiboken6/`; for OpenCV's
     FFmpeg, `_internal/opencv_python_headless.libs/`; for psycopg and pyscard, the `.py` files in
     `_internal/psycopg/` and `_internal/smartcard/`.
  3. Start the program. It checks no signature of its own files, and nothing keeps a changed library from being loaded.
     `dpkg --verify uketsuke` will name the files that you changed, and does no more than that.

You may change these libraries for your own use and take the program apart to find faults in such changes (LGPL-3.0,
section 4; LGPL-2.1, section 6). Who gave you this program also gives you, for three years and for the cost of sending
it, the sources of these libraries in the versions named here.
"""


def notices(parts: Sequence[Part]) -> str:
    """The whole text."""
    return "\n".join([HEAD, *(_notice(part) for part in parts), *_long_texts(parts)])


def _notice(part: Part) -> str:
    lines = [RULE, f"{part.name} {part.version}", f"Licence: {part.licence}"]
    lines += [part.copyright] if part.copyright else []
    lines += [f"Sources: {part.source}"] if part.source else []
    lines += [f"Compiled into: {part.inside}"] if part.inside else []
    if part.crates:
        crates = ", ".join(sorted({f"{each.name} {each.version} ({each.licence})" for each in part.crates}))
        lines += textwrap.wrap(f"With these Rust crates compiled in: {crates}", 118)
    texts = [_plain(path) for path in part.notices]
    return "\n".join([*lines, "", *texts])


def _long_texts(parts: Iterable[Part]) -> Iterator[str]:
    licences = " ".join(part.licence for part in parts)
    named = {name for name in WHOLE_TEXTS if re.search(rf"(?<![\w.-]){re.escape(name)}", licences)}
    if "LGPL-3.0" in named:
        named.add("GPL-3.0")  # the LGPL is written as additions to it
    for name in sorted(named):
        yield f"{RULE}\n{name}\n\n{_plain(COMMON / WHOLE_TEXTS[name])}"


def _plain(path: Path) -> str:
    return path.read_text("utf-8", "replace").replace("\r\n", "\n").rstrip() + "\n"
