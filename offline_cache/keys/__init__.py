"""The keys of a store, how they are wrapped, who seals the wrapping key, and the second way in."""

from offline_cache.keys.credential_seal import CredentialSeal
from offline_cache.keys.dpapi_seal import DpapiSeal
from offline_cache.keys.key_file import unwrap
from offline_cache.keys.passphrase_seal import PassphraseSeal
from offline_cache.keys.seals import PracticeSeal, Seal
from offline_cache.keys.wrapping import KEY_BYTES, Keys, new_keys

__all__ = [
    "KEY_BYTES",
    "CredentialSeal",
    "DpapiSeal",
    "Keys",
    "PassphraseSeal",
    "PracticeSeal",
    "Seal",
    "new_keys",
    "unwrap",
]
