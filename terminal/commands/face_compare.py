"""`uketsuke face compare`: a chip photo with frames of one person, by the desk's own bounds and lines.

Frames that the desk would not use are not used here either; fewer frames than the desk takes are said, not refused.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, Final

from device.face.acquisition import Sample, acquiring
from device.face.decision import cosine, decide
from device.face.policy import POLICY
from device.face.quality import Hint
from terminal.commands.face_outcome import DONE, printable
from terminal.people import FaceDecision


class Decision(StrEnum):
    """What the comparison came to. `LOOK`: a person is to look; `POOR`: no frame was good enough."""

    ACCEPT = auto()
    LOOK = auto()
    REJECT = auto()
    NO_FACE = auto()
    POOR = auto()


_DECISIONS: Final = {
    FaceDecision.ACCEPTED: Decision.ACCEPT,
    FaceDecision.DOUBTFUL: Decision.LOOK,
    FaceDecision.DIFFERENT: Decision.REJECT,
}
_SENTENCES: Final = {
    Decision.ACCEPT: "the same person",
    Decision.LOOK: "in doubt: a person is to look",
    Decision.REJECT: "different people",
    Decision.NO_FACE: "no face to compare",
    Decision.POOR: "no frame is good enough",
}


def compare(chip: Path, probes: Sequence[Path], *, as_json: bool) -> int:
    """Compares, says what was found, gives the exit code. Raises `PictureUnusable`, `TerminalError`."""
    with acquiring() as acquire:
        portrait = acquire(chip)
        frames = [acquire(probe) for probe in probes]
    found = judge(portrait, probes, frames)
    if as_json:
        print(json.dumps(found))
    else:
        print("\n".join(_lines(portrait, found)))
    return DONE


def judge(portrait: Sample, probes: Sequence[Path], frames: Sequence[Sample]) -> dict[str, Any]:
    """What `--json` prints. `similarity` is the cosine that was decided on, None where nothing was."""
    used = [frame.embedding for frame in frames if frame.embedding is not None and frame.hint is None]
    similarity: float | None = None
    decision = Decision.NO_FACE
    if portrait.embedding is not None and used:
        verdict = decide(portrait.embedding, used, replace(POLICY, frames=min(len(used), POLICY.frames)))
        if verdict is not None:
            similarity, decision = verdict.similarity, _DECISIONS[verdict.decision]
    elif portrait.embedding is not None and any(frame.hint is not Hint.NOBODY for frame in frames):
        decision = Decision.POOR
    return {
        "similarity": similarity,
        "decision": decision,
        "frames": [_frame(portrait, probe, frame) for probe, frame in zip(probes, frames, strict=True)],
    }


def _frame(portrait: Sample, probe: Path, frame: Sample) -> dict[str, Any]:
    """One frame: whether it was used, the hint why not; its own similarity and its measures when it has a face."""
    similarity: float | None = None
    if portrait.embedding is not None and frame.embedding is not None:
        similarity = cosine(portrait.embedding, frame.embedding)
    return {
        "file": str(probe),
        "used": portrait.embedding is not None and frame.hint is None,
        "hint": frame.hint,
        "similarity": similarity,
        "quality": {name: _finite(value) for name, value in frame.quality.items()} if frame.quality else None,
    }


def _finite(value: Any) -> Any:
    """JSON has no infinity, which is a pose that five points do not make."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _lines(portrait: Sample, found: dict[str, Any]) -> list[str]:
    """The same in words, for a person."""
    decision = Decision(found["decision"])
    used = sum(frame["used"] for frame in found["frames"])
    lines = [f"{'decision':<12}{decision}: {_SENTENCES[decision]}"]
    if portrait.embedding is None:
        lines.append(f"{'chip photo':<12}{_word(portrait.hint)}")
    elif found["similarity"] is not None:
        few = f" of the {POLICY.frames} that the desk takes" if used < POLICY.frames else ""
        lines.append(f"{'similarity':<12}{found['similarity']:.3f} on {used} frame{'s' if used > 1 else ''}{few}")
        lines.append(f"{'lines':<12}{POLICY.accept:.3f} accept, {POLICY.doubtful:.3f} look")
    width = max(len(printable(frame["file"])) for frame in found["frames"])
    for frame in found["frames"]:
        similarity = "     -" if frame["similarity"] is None else f"{frame['similarity']:6.3f}"
        measures = _measures(frame["quality"]) if frame["quality"] else ""
        lines.append(
            f"{printable(frame['file']):<{width}}  {similarity}  {_word(frame['hint']):<19}  {measures}".rstrip()
        )
    return lines


def _word(hint: str | None) -> str:
    return hint.replace("_", " ") if hint else "good"


def _measures(quality: dict[str, Any]) -> str:
    words = (f"{name} {value:.2f}" for name, value in quality.items() if isinstance(value, float))
    return "  ".join(words)
