"""The head turn: who turns as asked has followed, who does not, turns too little or to the other side, has not."""

from hypothesis import given
from hypothesis import strategies as st

from device.face.challenge import (
    BACK_WITHIN,
    FRAMES_TURNED,
    RESTS_SECONDS,
    RESTS_WITHIN,
    TURN_AT_LEAST,
    TURN_AT_MOST,
    TURNS,
    TURNS_AGAIN,
    WITHIN_SECONDS,
    Challenge,
    Progress,
    Side,
    begin,
    look,
)

LEFT, RIGHT = TURN_AT_LEAST + 0.01, -TURN_AT_LEAST - 0.01
ANY_TURN = st.floats(allow_nan=True, allow_infinity=True)


def after(challenge: Challenge, *turns: float, now: float = 0.0) -> Challenge:
    for turn in turns:
        challenge = look(challenge, turn, now)
    return challenge


def test_turning_as_asked_and_back_each_time_is_followed() -> None:
    challenge = Challenge((Side.LEFT, Side.RIGHT), 0.0, 10.0)
    assert challenge.progress is Progress.TURN_LEFT
    challenge = after(challenge, *[LEFT] * FRAMES_TURNED)
    assert challenge.progress is Progress.LOOK_AHEAD
    challenge = after(challenge, 0.0)
    assert challenge.progress is Progress.TURN_RIGHT
    assert after(challenge, *[RIGHT] * FRAMES_TURNED, 0.0).progress is Progress.FOLLOWED


def test_a_first_turn_to_the_wrong_side_is_asked_anew() -> None:
    challenge = after(Challenge((Side.LEFT,), 0.0, 10.0, again=(Side.RIGHT, Side.LEFT)), *[RIGHT] * FRAMES_TURNED)
    assert challenge.progress is Progress.LOOK_AHEAD
    challenge = after(challenge, 0.0)
    assert challenge.progress is Progress.TURN_RIGHT
    challenge = after(challenge, *[RIGHT] * FRAMES_TURNED, 0.0, *[LEFT] * FRAMES_TURNED, 0.0)
    assert challenge.progress is Progress.FOLLOWED


def test_a_second_turn_to_the_wrong_side_is_the_end() -> None:
    challenge = Challenge((Side.LEFT,), 0.0, 10.0, again=(Side.LEFT,))
    challenge = after(challenge, *[RIGHT] * FRAMES_TURNED, 0.0, *[RIGHT] * FRAMES_TURNED, now=5.0)
    assert challenge.until == 5.0
    assert challenge.progress is not Progress.FOLLOWED


def test_a_single_frame_to_the_wrong_side_is_no_mistake() -> None:
    challenge = after(Challenge((Side.LEFT,), 0.0, 10.0), *[RIGHT, 0.0] * 20, *[LEFT] * FRAMES_TURNED, 0.0)
    assert challenge.progress is Progress.FOLLOWED


def test_the_time_begins_anew_with_each_thing_asked_and_never_otherwise() -> None:
    challenge = Challenge((Side.LEFT, Side.LEFT), 0.0, 10.0)
    challenge = after(challenge, 0.0, LEFT, now=3.0)
    assert challenge.until == 10.0
    challenge = after(challenge, LEFT, now=4.0)
    assert challenge.until == 4.0 + WITHIN_SECONDS
    challenge = after(challenge, LEFT, LEFT, now=5.0)
    assert challenge.until == 4.0 + WITHIN_SECONDS
    assert after(challenge, 0.0, now=6.0).until == 6.0 + WITHIN_SECONDS


def test_a_single_frame_is_not_enough() -> None:
    challenge = after(Challenge((Side.LEFT,), 0.0, 10.0), *[LEFT, 0.0] * 20)
    assert challenge.progress is Progress.TURN_LEFT


def test_staying_turned_is_not_coming_back() -> None:
    challenge = after(Challenge((Side.LEFT, Side.LEFT), 0.0, 10.0), *[LEFT] * 20)
    assert challenge.progress is Progress.LOOK_AHEAD


def coming_back(*turns: float, seconds: float) -> Challenge:
    """After a turn to the left from 0.11 that was asked, the nose at each of `turns` in turn, ten times a second."""
    challenge = after(Challenge((Side.LEFT, Side.LEFT), 0.11, WITHIN_SECONDS), *[0.4] * FRAMES_TURNED)
    for tick in range(round(10 * seconds)):
        challenge = look(challenge, turns[tick % len(turns)], tick / 10)
    return challenge


def test_who_comes_back_to_another_place_and_rests_there_is_measured_from_there() -> None:
    assert coming_back(-0.03, -0.05, seconds=RESTS_SECONDS).progress is Progress.LOOK_AHEAD
    back = coming_back(-0.03, -0.05, seconds=RESTS_SECONDS + 0.2)
    assert back.progress is Progress.TURN_LEFT
    assert back.ahead == -0.03
    assert after(back, *[LEFT - 0.03] * FRAMES_TURNED).progress is Progress.LOOK_AHEAD


def test_who_does_not_rest_or_does_not_look_ahead_is_not_back() -> None:
    assert coming_back(-0.03, -0.04 - RESTS_WITHIN, seconds=20).progress is Progress.LOOK_AHEAD
    assert coming_back(0.4, seconds=20).progress is Progress.LOOK_AHEAD
    assert coming_back(-BACK_WITHIN - 0.01, seconds=20).progress is Progress.LOOK_AHEAD


@given(st.floats(-TURN_AT_MOST, TURN_AT_MOST), st.floats(-TURN_AT_MOST, TURN_AT_MOST))
def test_a_nose_that_stays_where_it_is_never_follows(ahead: float, turn: float) -> None:
    challenge = begin([ahead], now=0.0)
    for tick in range(80):
        challenge = look(challenge, turn, tick / 4)
    assert challenge.progress is not Progress.FOLLOWED


def test_a_head_that_was_aside_from_the_start_turns_from_there() -> None:
    challenge = Challenge((Side.LEFT,), 0.1, 10.0)
    assert after(challenge, *[LEFT] * 5).progress is Progress.TURN_LEFT
    assert after(challenge, *[0.1 + LEFT] * FRAMES_TURNED, 0.1).progress is Progress.FOLLOWED


@given(st.lists(st.floats(-TURN_AT_LEAST, TURN_AT_LEAST, exclude_min=True, exclude_max=True), max_size=60))
def test_who_never_turns_far_enough_never_follows(turns: list[float]) -> None:
    assert after(begin([0.0], now=0.0), *turns).progress is not Progress.FOLLOWED


@given(st.lists(st.sampled_from([float("nan"), float("inf"), float("-inf")]), max_size=20))
def test_points_that_make_no_face_never_follow(turns: list[float]) -> None:
    assert after(begin([0.0], now=0.0), *turns).progress is not Progress.FOLLOWED


@given(st.lists(ANY_TURN, max_size=80))
def test_its_time_begins_anew_a_bounded_number_of_times(turns: list[float]) -> None:
    challenge, began_anew = begin([0.0], now=0.0), 0
    for at, turn in enumerate(turns):
        later = look(challenge, turn, float(at))
        began_anew += later.until > challenge.until
        challenge = later
    assert began_anew <= 2 * (TURNS + TURNS_AGAIN)


@given(st.lists(st.sampled_from([LEFT, RIGHT, 0.0]), max_size=40))
def test_nobody_follows_without_every_turn_that_is_asked(turns: list[float]) -> None:
    challenge = begin([0.0], now=0.0)
    if after(challenge, *turns).progress is Progress.FOLLOWED:
        followed_at_once = all(
            turns.count(turn) >= FRAMES_TURNED * challenge.sides.count(side)
            for turn, side in ((LEFT, Side.LEFT), (RIGHT, Side.RIGHT))
        )
        turned = turns.count(LEFT) + turns.count(RIGHT)
        assert followed_at_once or turned >= FRAMES_TURNED * (1 + TURNS_AGAIN)
        assert 0.0 in turns


def test_what_is_asked_cannot_be_foreseen() -> None:
    begun = [begin([0.0], now=0.0) for _ in range(400)]
    assert len({one.sides for one in begun}) == 2**TURNS
    assert len({one.again for one in begun}) == 2**TURNS_AGAIN


def test_it_starts_from_the_middle_of_what_was_seen_and_has_an_end() -> None:
    challenge = begin([0.1, 0.3, 0.0], now=5.0)
    assert challenge.ahead == 0.1
    assert challenge.until == 5.0 + WITHIN_SECONDS
    assert BACK_WITHIN < TURN_AT_LEAST
