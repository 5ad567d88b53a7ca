"""The resources of one FHIR message, and what a reference in it points to. Pure.

Only what came with the message is found, in `contained` or in the same Bundle: nothing is ever fetched.
"""

from dataclasses import dataclass, field

from terminal.eligibility.untrusted_json import Object, section, sections, text
from terminal.eligibility.untrusted_xml import unreadable


@dataclass(frozen=True)
class Resources:
    """All resources of a message, by each way to refer to them: `#id`, `Type/id` and `fullUrl`."""

    each: tuple[Object, ...] = field(repr=False)
    by_reference: dict[str, Object] = field(repr=False)

    def of_type(self, name: str) -> list[Object]:
        """The resources of one type, contained ones left out."""
        return [resource for resource in self.each if text(resource, "resourceType") == name]

    def find(self, reference: Object) -> Object:
        """What a Reference points to; an empty object where it points to nothing that came along."""
        return self.by_reference.get(text(reference, "reference"), {})


def resources_of(message: Object) -> Resources:
    """A Bundle's resources, or one resource by itself. Raises `SERVICE_UNREADABLE` for a reference with two targets."""
    alone: Object = {"resource": message}
    entries = sections(message, "entry") if text(message, "resourceType") == "Bundle" else [alone]
    each = tuple(section(entry, "resource") for entry in entries)
    by_reference: dict[str, Object] = {}
    for entry, resource in zip(entries, each, strict=True):
        for name in {text(entry, "fullUrl"), _local(resource)} - {""}:
            _add(by_reference, name, resource)
        for contained in sections(resource, "contained"):
            _add(by_reference, f"#{text(contained, 'id')}", contained)
    return Resources(each, by_reference)


def _local(resource: Object) -> str:
    return f"{text(resource, 'resourceType')}/{text(resource, 'id')}" if text(resource, "id") else ""


def _add(by_reference: dict[str, Object], name: str, resource: Object) -> None:
    if name in by_reference:
        unreadable("two resources of one id")
    by_reference[name] = resource
