"""The ways in which a card signs, told by P1 of PSO: COMPUTE DIGITAL SIGNATURE. SHA-256, RSA-2048. Pure."""

import hashlib
from typing import cast

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

_SIGNABLE = 245  # bytes that PKCS #1 v1.5 has room for in RSA-2048
_HASH = 32
_PKCS1 = padding.PKCS1v15()
_PSS = padding.PSS(padding.MGF1(SHA256()), _HASH)


def signature(pkcs8: bytes, mode: int, data: bytes) -> bytes | None:
    """Signs; None when `data` has not the length that `mode` wants. Raises `LookupError` for an unknown mode."""
    key = cast(RSAPrivateKey, load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True))
    match mode:
        case 0x00:  # exactly what is given, normally a DigestInfo
            return key.sign(data, _PKCS1, NoDigestInfo()) if len(data) <= _SIGNABLE else None
        case 0x01:  # the bare hash of a message
            return key.sign(hashlib.sha256(data).digest(), _PKCS1, NoDigestInfo())
        case 0x02:  # a hash, in a DigestInfo made by the card
            return key.sign(data, _PKCS1, Prehashed(SHA256())) if len(data) == _HASH else None
        case 0x03:  # a message
            return key.sign(data, _PKCS1, SHA256())
        case 0x04:  # a hash, RSASSA-PSS
            return key.sign(data, _PSS, Prehashed(SHA256())) if len(data) == _HASH else None
        case 0x05:  # a message, RSASSA-PSS
            return key.sign(data, _PSS, SHA256())
        case _:
            raise LookupError(mode)
