"""The clinic's own rules in words, as `staff list` and `staff policy` say them. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from terminal.staff.policy import Policy


def rules_in_words(policy: Policy) -> Iterator[str]:
    """A sentence for each rule."""
    yield f"exports take {'two people' if policy.is_four_eyes else 'one person'}"
    yield f"security keys ask for {'a PIN or a finger, and ' if policy.is_key_verified else ''}a touch"
    yield f"a staff card is {'a second factor' if policy.is_card_factor else 'no factor, it only says who comes'}"
    yield f"reception locks after {_in_words(policy.idle)} without a hand"
    yield f"a second factor is {f'remembered for {_in_words(policy.shift)}' if policy.shift else 'asked for each time'}"
    yield f"an opened emergency code holds for {_in_words(policy.emergency)}"


def _in_words(time: timedelta) -> str:
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in parts if count) or "no time"
