"""The parts of a built folder as a CycloneDX 1.6 document (ECMA-424). Pure but for the hashes of single files.

Law: the same parts give the same bytes: its time is that of the build, its serial number is made of its content.
"""

import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from frozen_parts import UNKNOWN, Found, Part
from packageurl import PackageURL

PROGRAM: Final = "uketsuke"
KINDS: Final = {"model": ComponentType.MACHINE_LEARNING_MODEL, "data": ComponentType.DATA}
NAMESPACE: Final = uuid.UUID("b7d3a1de-64f2-5b0a-9a0f-3c7c1f1c2f5e")  # of our own, for serial numbers made of content


def as_cyclonedx(found: Found, folder: Path, epoch: int) -> str:
    """The parts in CycloneDX's JSON; `epoch` is the build's time in seconds."""
    components = [_component(part, folder) for part in found.parts if part.name != PROGRAM]
    bom = Bom(components=components)
    ours = next((part for part in found.parts if part.name == PROGRAM), None)
    bom.metadata.component = _component(ours, folder, ComponentType.APPLICATION) if ours else None
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    said = "\n".join(f"{part}" for part in found.parts)
    bom.serial_number = uuid.uuid5(NAMESPACE, said)
    if bom.metadata.component:
        bom.register_dependency(bom.metadata.component, components)
    return str(JsonV1Dot6(bom).output_as_string(indent=1))


def _component(part: Part, folder: Path, kind: ComponentType | None = None) -> Component:
    inside = [Property(name="uketsuke:inside", value=part.inside)] if part.inside else []
    ended = [Property(name="uketsuke:support-ended", value=part.ended.isoformat())] if part.ended else []
    files = [] if part.name == PROGRAM else [Property(name="uketsuke:file", value=name) for name in part.files]
    version = part.version if part.version != UNKNOWN else None
    source = [ExternalReference(type=ExternalReferenceType.SOURCE_DISTRIBUTION, url=XsUri(part.source))]
    reference = hashlib.sha256(f"{part.purl} {part.inside} {part.files[:1]}".encode()).hexdigest()[:16]
    made = Component(
        name=part.name,
        version=version,
        type=kind or KINDS.get(part.kind, ComponentType.LIBRARY),
        bom_ref=f"{part.name}-{reference}",
        purl=PackageURL.from_string(part.purl),
        licenses=[LicenseExpression(part.licence)] if part.licence != UNKNOWN else [],
        copyright=part.copyright or None,
        properties=[*inside, *ended, *files],
        components=[_component(crate, folder) for crate in part.crates],
        external_references=source if part.source else [],
    )
    if len(part.files) == 1:
        content = (folder / "_internal" / part.files[0]).read_bytes()
        made.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(content).hexdigest()))
    return made
