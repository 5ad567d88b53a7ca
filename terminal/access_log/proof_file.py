"""Proofs as text, for whoever has neither the log nor its keys: that an entry is in it, and that it only grew.

Pure. The first form is C2SP tlog-proof (v1), with the stored entry as its extra data; the second is the body that
C2SP tlog-witness v1.0.0 asks with. Both end with the signed checkpoint that they lead to.
"""

from base64 import b64encode
from collections.abc import Sequence

from terminal.access_log.witness import WitnessQuestion

_FORM = "c2sp.org/tlog-proof@v1"


def inclusion_text(seq: int, stored: bytes, proof: Sequence[bytes], note: str) -> str:
    """Shows that `stored` is entry `seq` of the log whose signed checkpoint is `note`."""
    hashes = "".join(f"{b64encode(each).decode()}\n" for each in proof)
    return f"{_FORM}\nextra {b64encode(stored).decode()}\nindex {seq}\n{hashes}\n{note}"


def consistency_text(old: int, proof: Sequence[bytes], note: str) -> str:
    """Shows that the log of `note` begins with its own first `old` entries, unchanged."""
    return WitnessQuestion(old, tuple(proof), note).text()
