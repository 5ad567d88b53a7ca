"""The elements of one result that are publicly known, OQS-style. Pure.

An element outside of this table is of a newer layout: it is kept, and never a reason to refuse an answer.
"""

from typing import Final

from terminal.eligibility.codes import RESULT_CONSENTS

_AVAILABLE = ("PharmacistsInfo", "SpecificHealthCheckupsInfo", "DiagnosisInfo", "OperationInfo")
_OF_CONSENTS = (
    *RESULT_CONSENTS.values(),
    *(f"{flag.removesuffix('Flg')}Time" for flag in RESULT_CONSENTS.values()),
    *(f"{subject}AvailableTime" for subject in _AVAILABLE),
)

_OTHERS = """
    InsuredCardClassification InsurerNumber InsuredCardSymbol InsuredIdentificationNumber InsuredBranchNumber
    PersonalFamilyClassification InsuredName Name NameOfOther NameKana NameOfOtherKana Sex1 Sex2 Birthdate Address
    PostNumber QualificationDate DisqualificationDate InsuredCertificateIssuanceDate InsuredCardValidDate
    InsuredCardExpirationDate InsuredPartialContributionRatio PreschoolClassification ReasonOfLoss InsurerName
    ReferenceNumber ArbitraryIdentifier ElderlyRecipientCertificateInfo LimitApplicationCertificateRelatedInfo
    SpecificDiseasesCertificateList PublicExpenseResultList PublicExpenseNumber BeneficiaryNumber WelfareOfficeName
"""

RESULT_ELEMENTS: Final = frozenset((*_OTHERS.split(), *_OF_CONSENTS))
