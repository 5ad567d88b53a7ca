"""How a site bundle is closed: encrypted to a passphrase or to a recovery key, then signed, in one file of JSON.

The signature is looked at first: of a file that the named signer did not sign, nothing is opened, and no passphrase is
tried. Argon2id (RFC 9106), HPKE with X25519 (RFC 9180), AES-256-GCM (SP 800-38D), Ed25519 (RFC 8032).
"""

import hmac
import json
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from terminal.problems import Problem, TerminalError
from terminal.sealing.off_machine import PublicHalf, decrypt, public_bytes
from terminal.sealing.passphrase import KEY_BYTES, SALT_BYTES, Cost, check_length, derive, normal

KIND: Final = "uketsuke site bundle"
VERSION: Final = 1
MOST_BYTES: Final = 32 << 20  # of a bundle's file
NONCE_BYTES: Final = 12
_INFO: Final = b"uketsuke/site bundle/1"


def fingerprint(public: bytes) -> str:
    """What a signer is known by, to be written down and compared: 32 hex digits in groups of 4."""
    digits = sha256(public).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def seal_with_passphrase(content: bytes, phrase: str, signer: Ed25519PrivateKey, cost: Cost | None = None) -> bytes:
    """The file, for whoever knows the passphrase. Raises `KEY_PASSPHRASE_WRONG` for one that is too short."""
    check_length(phrase)
    cost = cost or Cost()
    salt = secrets.token_bytes(SALT_BYTES)
    way = {"kdf": "argon2id", **vars(cost), "salt": salt.hex()}
    return _close(content, derive(phrase, salt, cost), way, signer)


def seal_to_recovery_key(content: bytes, public: bytes, signer: Ed25519PrivateKey) -> bytes:
    """The file, for nobody but the holder of the private half; `public` is an X25519 key's 32 bytes."""
    key = secrets.token_bytes(KEY_BYTES)
    kept = PublicHalf(public).encrypt(key, _INFO)
    return _close(content, key, {"recovery": public.hex(), "key": kept.hex()}, signer)


def opened(
    untrusted: bytes,
    signed_by: str,
    phrase: Callable[[], str],
    private: Callable[[], X25519PrivateKey],
) -> bytes:
    """The content of a bundle that the signer of this fingerprint signed; asked for is only what opens it.

    Raises `BUNDLE_UNTRUSTED` for another signer, a change or damage; `KEY_PASSPHRASE_WRONG`, `KEY_MISSING`.
    """
    header, sealed = _signed(untrusted, signed_by)
    wrong = TerminalError(Problem.BUNDLE_UNTRUSTED, "damaged")
    try:
        match header["way"]:
            case {
                "kdf": "argon2id",
                "memory_kib": int(memory),
                "passes": int(passes),
                "lanes": int(lanes),
                "salt": salt,
            }:
                cost = Cost(memory, passes, lanes)
                if not cost.is_bearable:
                    raise TerminalError(Problem.BUNDLE_UNTRUSTED, "it asks for more memory or time than any of ours")
                key = derive(phrase(), bytes.fromhex(salt), cost)
                wrong = TerminalError(Problem.KEY_PASSPHRASE_WRONG, "the bundle's passphrase is another one")
            case {"recovery": str(wanted), "key": kept}:
                key = _recovered(private(), wanted, bytes.fromhex(kept))
            case _:
                raise TerminalError(Problem.BUNDLE_UNTRUSTED, "closed in a way that this version does not know")
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _written(header))
    except (InvalidTag, ValueError, TypeError) as error:
        raise wrong from error


def _close(content: bytes, key: bytes, way: dict[str, Any], signer: Ed25519PrivateKey) -> bytes:
    public = signer.public_key().public_bytes_raw()
    header = {"kind": KIND, "v": VERSION, "signer": public.hex(), "way": way}
    nonce = secrets.token_bytes(NONCE_BYTES)  # the key is this bundle's alone
    signed = header | {"sealed": (nonce + AESGCM(key).encrypt(nonce, content, _written(header))).hex()}
    return _written(signed | {"signature": signer.sign(_INFO + b"\0" + _written(signed)).hex()}) + b"\n"


def _signed(untrusted: bytes, signed_by: str) -> tuple[dict[str, Any], bytes]:
    """The header, and what is encrypted, of a file whose signature is right. Raises `BUNDLE_UNTRUSTED`."""
    if len(untrusted) > MOST_BYTES:
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "larger than any bundle")
    try:
        said = json.loads(untrusted)
        signature, public = bytes.fromhex(said.pop("signature")), bytes.fromhex(said["signer"])
        if not hmac.compare_digest(_plain(fingerprint(public)), _plain(signed_by)):
            raise TerminalError(Problem.BUNDLE_UNTRUSTED, f"signed by {fingerprint(public)}, which is another key")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _INFO + b"\0" + _written(said))
        sealed = bytes.fromhex(said.pop("sealed"))
        is_ours = (said["kind"], said["v"]) == (KIND, VERSION) and said.keys() == {"kind", "v", "signer", "way"}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "no site bundle, or damaged") from error
    except InvalidSignature as error:
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "it was changed since it was signed") from error
    if not is_ours:
        raise TerminalError(Problem.BUNDLE_UNTRUSTED, "of another version: update this program")
    return said, sealed


def _recovered(private: X25519PrivateKey, wanted: str, kept: bytes) -> bytes:
    if public_bytes(private).hex() != wanted:
        raise TerminalError(Problem.KEY_MISSING, "the bundle was closed to another recovery key")
    return decrypt(kept, private, _INFO)


def _plain(digits: str) -> bytes:
    """A fingerprint without what people put between its groups."""
    return "".join(normal(digits).lower().replace(":", " ").split()).encode("utf-8", "surrogatepass")


def _written(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
