"""One result of an answer, as a service writes it, about an invented person."""

RESULT = {
    "InsurerNumber": "00138057",
    "InsurerName": "架空区国民健康保険",
    "InsuredCardSymbol": "１２",
    "InsuredIdentificationNumber": "３４５６７８",
    "InsuredBranchNumber": "01",
    "PersonalFamilyClassification": "2",
    "Name": "髙﨑　●子",
    "NameKana": "ﾀｶｻｷ ﾊﾅｺ",
    "Sex1": "2",
    "Birthdate": "19920412",
    "Address": "東京都架空区見本町１－２－３",
    "QualificationDate": "20240401",
}
