"""Whether earphones are plugged in, as ALSA's controls say it. Pure: it reads what `amixer contents` has written.

The kernel names a socket's sensor `Headphone Jack` (Documentation/sound/designs/jack-controls.rst); a `Phantom Jack`
is a socket without one, and always on.
"""

import re

_JACK = re.compile(r"name='(?P<name>[^']*Headphone[^']* Jack)'[^\n]*\n(?:\s*;[^\n]*\n)*\s*: values=(?P<value>on|off)")


def is_plugged(contents: str) -> bool | None:
    """Whether a socket for earphones has a plug in it; None where no socket can tell."""
    felt = [found["value"] == "on" for found in _JACK.finditer(contents) if "Phantom" not in found["name"]]
    return any(felt) if felt else None
