"""Where the lines of the face comparison are. Figures alone: who only names them loads nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FacePolicy:
    """Where the lines are: cosines of SFace embeddings, measured on LFW (1,680 people) against chip-like photos.

    `accept` 0.45 on the mean of 3 frames: false accepts 3.4e-5, false rejects 1.3 % of 610 people (single frame: 1.6e-5
    and 5 %; among East-Asian faces false accepts are some ten times more frequent, 1.8e-4, with few pairs measured).
    `doubtful` 0.363 is OpenCV's own line for SFace: false accepts 7e-4, so a person looks.
    `same_in_frames`: frames are moments apart, so two of one person are far more alike than photo and frame: 0.83 and
    more on rendered faces, where the most similar strangers reach 0.63. That figure, and each bound on quality or
    attacks in this package, rests on rendered faces, which are no sample of any population.

    `frames_at_most` are looked at when the first `frames` leave a doubt; `changes_at_most` is how often somebody else
    may step in before a person is called; with `always_ask_turn` everyone turns the head, not only who looks like a
    print or a screen.
    """

    accept: float = 0.45
    doubtful: float = 0.363
    frames: int = 3
    same_in_frames: float = 0.65
    frames_at_most: int = 5
    changes_at_most: int = 2
    always_ask_turn: bool = False


POLICY = FacePolicy()
