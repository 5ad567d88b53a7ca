"""The desk as a relying party of security keys (FIDO2): what is asked of a key, and whether its answer proves it.

Pure but for chance. The signed hash of a client's data (CTAP 2.1, 6.1 and 6.2) is here 32 fresh random bytes: nobody
stands between the desk and the key, so there is no browser and no origin to name. Kept is the public part alone.
"""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import ES256, EdDSA
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from terminal.staff.key_words import KeyDoubt, Question, Touch

ALGORITHMS: Final = (ES256.ALGORITHM, EdDSA.ALGORITHM)
"""What keys may sign with (RFC 9053, 2), the better known first."""


@dataclass(frozen=True)
class Credential:
    """A key's public part, as it is kept with its holder."""

    domain: str
    attested: AttestedCredentialData = field(repr=False)
    counter: int

    def write(self) -> bytes:
        """As it is kept."""
        return cbor.encode([self.domain, bytes(self.attested), self.counter])


def read_credential(kept: bytes) -> Credential:
    """What `write` gave. Raises `ValueError` for anything else."""
    try:
        domain, attested, counter = cast(list[Any], cbor.decode(kept))
        return Credential(str(domain), AttestedCredentialData(attested), int(counter))
    except Exception as error:  # the parser lets whatever it stumbles over escape
        raise ValueError("no credential of a security key") from error


def question_to(kept: bytes, *, must_verify: bool) -> Question:
    """A fresh question to the key whose credential this is, under the domain that it was enrolled for."""
    credential = read_credential(kept)
    return Question(credential.domain, credential.attested.credential_id, must_verify)


def enrolled(touch: Touch) -> Credential | None:
    """The new credential; None when the answer is not one (WebAuthn 2, 7.1, but for attestation, which is not asked).

    Whether the key can sign with it, its first answer to `question_to` shows.
    """
    data = _data(touch)
    if data is None or data.credential_data is None or data.credential_data.public_key.ALGORITHM not in ALGORITHMS:
        return None
    return Credential(touch.question.domain, data.credential_data, data.counter)


def proved(kept: bytes, touch: Touch) -> bytes | KeyDoubt:
    """The credential with its count gone on, as it is to be kept, when the answer proves it (WebAuthn 2, 7.2)."""
    try:
        credential = read_credential(kept)
        data = _data(touch)
        if data is None or not hmac.compare_digest(touch.question.credential, credential.attested.credential_id):
            return KeyDoubt.WRONG
        credential.attested.public_key.verify(bytes(data) + touch.question.challenge, touch.answer.signature)
    except (InvalidSignature, ValueError, KeyError):  # `KeyError`: a public key that lacks a part
        return KeyDoubt.WRONG
    if (data.counter or credential.counter) and data.counter <= credential.counter:  # step 21; a key may count nothing
        return KeyDoubt.COPIED
    return replace(credential, counter=data.counter).write()


def _data(touch: Touch) -> AuthenticatorData | None:
    """What the key says of itself, when it is for us and its holder was there."""
    try:
        data = AuthenticatorData(touch.answer.data)
    except Exception:  # hostile bytes: the parser lets whatever it stumbles over escape
        return None
    question = touch.question
    is_ours = hmac.compare_digest(data.rp_id_hash, hashlib.sha256(question.domain.encode()).digest())
    is_there = data.is_user_present() and (data.is_user_verified() or not question.must_verify)
    return data if is_ours and is_there else None
