"""Each generation of cards has an allow-list of its own: what its profile names, and nothing besides."""

import pytest

from device.card.gate import APPLICATIONS, CHECK_IN_NEXT, CHECK_IN_PRESENT, GLANCE_NEXT, GLANCE_PRESENT, OWN_KEYS
from device.card.profile import GENERATIONS, NEXT, PRESENT, CardProfile


def files(profile: CardProfile, *, is_glance: bool) -> set[tuple[str, int]]:
    """What a generation's profile names, of a check-in or of a glance; the card's own key is named in neither."""
    jpki, surface, text, common = profile.jpki, profile.surface, profile.text, profile.common
    named = {(jpki.name, file) for file in (jpki.token_file, jpki.certificate_file, jpki.pin.file)}
    named |= {(surface.name, surface.card_code.file)}
    if text is not None:
        named |= {(text.name, text.card_code.file)}
    if is_glance:
        return named | ({(common.name, common.expiry_file)} if common else set())
    named |= {(jpki.name, jpki.key_file), (surface.name, OWN_KEYS[surface.name])}
    named |= {(surface.name, file) for file in (surface.basic_file, surface.cv_certificate_file, surface.face_file)}
    if text is not None:
        more = (text.basic_file, text.cv_certificate_file, text.attributes_file, text.integrity_file)
        named |= {(text.name, file) for file in more}
    return named


@pytest.mark.parametrize(
    ("profile", "check_in", "glance"),
    [(PRESENT, CHECK_IN_PRESENT, GLANCE_PRESENT), (NEXT, CHECK_IN_NEXT, GLANCE_NEXT)],
    ids=["present", "next"],
)
def test_each_generations_list_has_what_its_profile_names_and_no_more(
    profile: CardProfile, check_in: dict[tuple[str, int], object], glance: dict[tuple[str, int], object]
) -> None:
    assert set(check_in) == files(profile, is_glance=False)
    assert set(glance) == files(profile, is_glance=True)


def test_no_two_applications_have_one_name() -> None:
    applications = [
        application
        for profile in GENERATIONS
        for application in (profile.jpki, profile.surface, profile.text, profile.common)
        if application is not None
    ]
    assert len(applications) == len(APPLICATIONS) == len({application.name for application in applications})
