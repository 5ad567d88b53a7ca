"""What was measured of heads that are asked to turn, on rendered people and drawn attacks: one run of `./run bench`.

The about box tells these figures, and the benchmarks print each beside what they find, so that they stay true.
"""

from collections.abc import Mapping
from typing import Final

TOLD: Final[Mapping[str, int]] = {  # by the names that the words of the about box have for them
    "turn_people": 10,
    "turn_tries": 80,  # in each manner; how many were left to a person to look at, all asked, and on doubt:
    "turn_follows": 0,
    "turn_little": 3,
    "turn_slow": 0,
    "turn_wrong_first": 0,
    "doubt_follows": 0,
    "doubt_little": 7,
    "doubt_slow": 0,
    "doubt_wrong_first": 0,
    "tilted": 0,  # prints and screens whose nose went to the sides that were asked; of another set, not kept, 7 did
    "tilted_tries": 1120,
    "films": 75,  # of a turning head, that were accepted
    "film_tries": 320,
}
