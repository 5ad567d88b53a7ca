"""What a site bundle holds: the settings of a desk and the certificates of those whom it trusts. Pure.

Public things alone are let in: each certificate is parsed and written anew, so that no key travels beside one. Names
of files inside a bundle are our own, and never a path.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from terminal.configuration.reading import parse_configuration
from terminal.configuration.settings import Configuration, FhirService, HttpsService
from terminal.configuration.writing import written
from terminal.problems import Problem, TerminalError

VERSION: Final = 1
MOST_FILES: Final = 64
MOST_FILE_BYTES: Final = 256 * 1024
CA_FILE: Final = "{kind}-ca.crt"
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_ROOT_FIELDS: Final = frozenset({"issuer", "modulus", "exponent", "p384"})


@dataclass(frozen=True)
class SiteBundle:
    """The settings; who signs each service's certificate, by its kind; the anchors for cards, by file name."""

    configuration: Configuration
    services: Mapping[str, bytes]
    anchors: Mapping[str, bytes]


def services_of(configuration: Configuration) -> dict[str, HttpsService | FhirService]:
    """The services that are asked over TLS, by their kind."""
    kinds = {"https": configuration.eligibility.https, "fhir": configuration.eligibility.fhir}
    return {kind: service for kind, service in kinds.items() if service is not None}


def certificates(name: str, untrusted: bytes) -> bytes:
    """The certificates in a PEM file, written anew, and nothing that stood beside. Raises `CONFIGURATION_WRONG`."""
    try:
        found = x509.load_pem_x509_certificates(untrusted)
    except ValueError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{name}: no certificate in PEM") from error
    return b"".join(each.public_bytes(Encoding.PEM) for each in found)


def anchor(name: str, untrusted: bytes) -> bytes:
    """A file of the anchors' folder, written anew: a certificate, or a root of card keys (`*.cvroot.json`).

    Raises `CONFIGURATION_WRONG`.
    """
    if name.endswith(".crt"):
        return certificates(name, untrusted)
    try:
        root = json.loads(untrusted)
    except ValueError:
        root = None
    if not name.endswith(".cvroot.json") or not isinstance(root, dict) or not root.keys() <= _ROOT_FIELDS:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{name}: no anchor")
    return json.dumps(root, indent=1, sort_keys=True).encode() + b"\n"


def settled(bundle: SiteBundle, folder: Path, terminal: str) -> Configuration:
    """The configuration of a desk called `terminal` whose files lie in `folder`, as an import writes them."""
    made = bundle.configuration
    moved: dict[str, Any] = {
        kind: replace(service, ca_file=folder / CA_FILE.format(kind=kind))
        for kind, service in services_of(made).items()
    }
    return replace(
        made,
        clinic=replace(made.clinic, terminal=terminal),
        eligibility=replace(made.eligibility, **moved),
        reader=replace(made.reader, anchors=folder / "anchors" if bundle.anchors else None),
    )


def as_bytes(bundle: SiteBundle) -> bytes:
    """The bundle's content, JSON, to be sealed. Raises `CONFIGURATION_WRONG` for more than a bundle may hold."""
    _check_files(bundle.services, bundle.anchors)
    content = {
        "v": VERSION,
        "settings": written(bundle.configuration),
        "services": {name: made.decode() for name, made in bundle.services.items()},
        "anchors": {name: made.decode() for name, made in bundle.anchors.items()},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def from_bytes(untrusted: bytes) -> SiteBundle:
    """What was sealed; signed or not, each part is looked at. Raises `BUNDLE_UNTRUSTED`, `CONFIGURATION_WRONG`."""
    try:
        content: dict[str, Any] = json.loads(untrusted)
        if content.pop("v") != VERSION:
            raise TerminalError(Problem.BUNDLE_UNTRUSTED, "of another version: update this program")
        table = tomllib.loads(content.pop("settings"))
        services = {str(name): str(text).encode() for name, text in content.pop("services").items()}
        anchors = {str(name): str(text).encode() for name, text in content.pop("anchors").items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "its content is none of ours") from error
    _check_files(services, anchors)
    made = SiteBundle(
        parse_configuration(table, "the bundle"),
        {name: certificates(name, text) for name, text in services.items()},
        {name: anchor(name, text) for name, text in anchors.items()},
    )
    if content or services.keys() != services_of(made.configuration).keys():
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "its files are not those that its settings name")
    return made


def _check_files(*folders: Mapping[str, bytes]) -> None:
    for files in folders:
        if len(files) > MOST_FILES or any(
            not _NAME.fullmatch(name) or len(content) > MOST_FILE_BYTES for name, content in files.items()
        ):
            most = f"{MOST_FILES} files of {MOST_FILE_BYTES // 1024} KiB"
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"a bundle takes {most}, with plain names")
