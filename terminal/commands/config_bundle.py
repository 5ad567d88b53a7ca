"""`uketsuke config export` and `import`: a desk's settings and whom it trusts, from one machine to another.

An import writes all files into a new folder beside the configuration, and the configuration last: cut off at any
moment, the desk is the former one or the new one. This machine's keys and certificate never travel.
"""

import argparse
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from offline_cache.keys.recovery import read_private, read_public
from terminal.commands.new_file import write_new
from terminal.commands.secret_phrase import lines_of, typed, typed_twice
from terminal.configuration.bundle import (
    CA_FILE,
    SiteBundle,
    anchor,
    as_bytes,
    certificates,
    from_bytes,
    services_of,
    settled,
)
from terminal.configuration.bundle_seal import fingerprint, opened, seal_to_recovery_key, seal_with_passphrase
from terminal.configuration.reading import read_configuration
from terminal.configuration.settings import Configuration
from terminal.configuration.writing import written
from terminal.durable import write_durably
from terminal.problems import Problem, TerminalError

READABLE = 0o644  # there is no secret in it, and the desk's own account must read what root has written


def export_site(asked: argparse.Namespace) -> None:
    """Writes the bundle, and says by which fingerprint it will be known."""
    bundle = _collected(read_configuration(asked.config))
    content = as_bytes(bundle)
    signer = _signer(asked)
    if asked.recovery is not None:
        sealed = seal_to_recovery_key(content, read_public(_read(asked.recovery)).public, signer)
    else:
        sealed = seal_with_passphrase(content, _ask(asked, typed_twice("New passphrase of the bundle"))(), signer)
    if asked.make_signer is not None:
        _keep(signer, asked.make_signer)
    write_new(asked.to, sealed, Problem.CONFIGURATION_WRONG)
    print(f"{asked.to}: settings, {len(bundle.services)} service and {len(bundle.anchors)} card anchors; no key")
    print(f"Signed by: {fingerprint(signer.public_key().public_bytes_raw())}")
    print("Write that line down: whoever imports the bundle compares it. It must not travel with the file.")


def import_site(asked: argparse.Namespace) -> None:
    """Writes what a bundle holds, and says what this machine still lacks of its own."""
    if asked.config.exists() and not asked.replace:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{asked.config} is there already; see --replace")
    if not asked.terminal.strip():
        raise TerminalError(Problem.CONFIGURATION_WRONG, "--terminal: a name is wanted")
    content = opened(
        _read(asked.bundle),
        asked.signed_by,
        _ask(asked, typed("Passphrase of the bundle")),
        lambda: _recovery_key(asked),
    )
    bundle = from_bytes(content)
    folder = asked.config.parent / f"site-{sha256(content).hexdigest()[:12]}"
    made = settled(bundle, folder.absolute(), asked.terminal)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "anchors").mkdir(exist_ok=True)
        for kind, pem in bundle.services.items():
            _publish(folder / CA_FILE.format(kind=kind), pem)
        for name, text in bundle.anchors.items():
            _publish(folder / "anchors" / name, text)
        _publish(asked.config, written(made).encode())
    except OSError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{error.filename}: {error.strerror}") from error
    print(f"{asked.config}: {made.clinic.terminal} of {made.clinic.name}")
    for line in _still_wanted(made, asked.config):
        print(f"  still wanted: {line}")


def _collected(configuration: Configuration) -> SiteBundle:
    """The certificates that a configuration names, read from this machine."""
    folder = configuration.reader.anchors
    paths = [] if folder is None else [*folder.glob("*.crt"), *folder.glob("*.cvroot.json")]
    if folder is not None and not folder.is_dir():
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{folder}: the folder of anchors is not there")
    return SiteBundle(
        configuration,
        {
            kind: certificates(service.ca_file.name, _read(service.ca_file))
            for kind, service in services_of(configuration).items()
        },
        {path.name: anchor(path.name, _read(path)) for path in sorted(paths)},
    )


def _still_wanted(made: Configuration, file: Path) -> list[str]:
    """What a bundle never brings: each machine makes its own."""
    chosen = services_of(made).get(made.eligibility.service)
    own = [] if chosen is None else [chosen.client_certificate, chosen.client_key]
    lines = [f"{path} (this desk's own, for the service)" for path in own if not path.is_file()]
    if not (made.store.folder / "keys.json").is_file():
        lines.append(f"the store's keys: uketsuke keys init --config {file}")
    lines.append(f"whoever may sign in: uketsuke staff add ID --config {file} --name NAME --role ROLE")
    return lines


def _signer(asked: argparse.Namespace) -> Ed25519PrivateKey:
    """The key that was named, or a new one."""
    if asked.make_signer is not None:
        return Ed25519PrivateKey.generate()
    untrusted = _read(asked.signer, Problem.KEY_MISSING)
    encrypted = b"ENCRYPTED" in untrusted
    phrase = _ask(asked, typed("Passphrase of the signer's key"))().encode() if encrypted else None
    try:
        private = load_pem_private_key(untrusted, phrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        problem = Problem.KEY_PASSPHRASE_WRONG if encrypted else Problem.KEY_MISSING
        raise TerminalError(problem, "the signer's key: no private key in PEM can be read") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise TerminalError(Problem.KEY_MISSING, "the signer's key: not of Ed25519")
    return private


def _keep(signer: Ed25519PrivateKey, path: Path) -> None:
    """Writes a new signer's key, once there is something that it signed, to a file that is not there yet."""
    pem = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_new(path, pem, Problem.KEY_MISSING)
    print(f"{path}: signs this site's bundles; carry it off this machine, to a safe")


def _recovery_key(asked: argparse.Namespace) -> X25519PrivateKey:
    if asked.key is None:
        raise TerminalError(Problem.KEY_MISSING, "the bundle was closed to a recovery key; see --key")
    return read_private(_read(asked.key, Problem.KEY_MISSING), _ask(asked, typed("Passphrase of the recovery key")))


def _ask(asked: argparse.Namespace, on_terminal: Callable[[], str]) -> Callable[[], str]:
    return on_terminal if asked.passphrase_fd is None else lines_of(asked.passphrase_fd)


def _read(path: Path, problem: Problem = Problem.CONFIGURATION_WRONG) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TerminalError(problem, f"{path}: {error.strerror}") from error


def _publish(path: Path, content: bytes) -> None:
    write_durably(path, content)
    path.chmod(READABLE)
