"""The code tables of the OQS-style messages, as far as they are used here. Pure.

Each class names its public table (OQSCD…). A code that is in no table is never guessed at: the message is unreadable.
"""

from enum import StrEnum

from terminal.people import Consent, Sex


class SegmentOfResult(StrEnum):
    """OQSCD003, in the header: whether the request as a whole went through."""

    NORMAL = "1"
    RUNNING = "2"
    ABNORMAL = "9"


class ProcessingResultStatus(StrEnum):
    """OQSCD004, in the body: whether the question was answered."""

    NORMAL = "1"
    ERROR = "2"


class CharacterCode(StrEnum):
    """OQSCD005 (CharacterCodeIdentifier); what it calls Shift_JIS is Windows code page 932."""

    UTF_8 = "0"
    SHIFT_JIS = "1"


class QualificationValidity(StrEnum):
    """OQSCD006: the answer itself."""

    IN_FORCE = "1"
    ENDED = "2"
    ENDED_NEWER_EXISTS = "3"
    NOT_FOUND = "4"
    SEVERAL = "5"
    IN_FORCE_UNREGISTERED = "6"  # medical aid only


class ReferenceClassification(StrEnum):
    """OQSCD002: what was asked with."""

    CARD = "1"
    NUMBER = "2"


SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "3": None}  # OQSCD007; 3 is "not set"


class ConsentFlag(StrEnum):
    """OQSCD016, in a result."""

    NO = "0"
    YES = "1"
    ENDED = "2"  # where visits at home and online are asked about
    COULD_NOT_BE_ASKED = "3"  # in an emergency


RESULT_CONSENTS = {  # OQSCD016, beside OQSCD001 for the limit amount
    "limit_amount": "LimitApplicationCertificateRelatedConsFlg",
    "specific_diseases": "SpecificDiseasesCertificateRelatedConsFlg",
    "medicines": "PharmacistsInfoConsFlg",
    "checkups": "SpecificHealthCheckupsInfoConsFlg",
    "diagnoses": "DiagnosisInfoConsFlg",
    "operations": "OperationInfoConsFlg",
}

CONSENT_ELEMENTS = {  # OQSCD001 and OQSCD016: 0 no, 1 yes
    Consent.LIMIT_AMOUNT: "LimitApplicationCertificateRelatedConsFlg",
    Consent.MEDICINES: "PharmacistsInfoConsFlg",
    Consent.CHECKUPS: "SpecificHealthCheckupsInfoConsFlg",
}
