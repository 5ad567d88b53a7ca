"""The figures that the about box names, from where they are used."""

from importlib.metadata import version

from device.face.decision import POLICY


def about_facts() -> dict[str, str]:
    """By the names that the words of the about box have for them."""
    return {"version": version("uketsuke"), "accept": f"{POLICY.accept:g}", "doubtful": f"{POLICY.doubtful:g}"}
