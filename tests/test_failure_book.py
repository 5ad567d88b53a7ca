"""The failure book is whole in every language, helps whoever is at the desk, and blames nobody."""

import re

import pytest

from terminal.commands import explain
from terminal.failure_book.audit import audit_class, read_classes
from terminal.failure_book.book import (
    BOOKS,
    LANGUAGES,
    PATIENT_LANGUAGES,
    Audience,
    read_book,
    read_sentences,
    sentence,
    title,
)
from terminal.problems import Problem

MOST_PATIENT_CHARACTERS = {"ja": 60, "en": 110}
MOST_TITLE_CHARACTERS = {"ja": 18, "en": 45}

BLAMING = {
    "ja": re.compile(
        "不正|違反|無効|偽|疑|間違|誤|失敗|エラー|拒否|拒絶|異常|禁止|ミス|できません|使えません|だめ|本人ではない"
    ),
    "en": re.compile(
        r"\b(invalid|illegal|fault|wrong|error|fail\w*|refus\w*|reject\w*|denied|deny|forbidden|fraud|fake|suspici\w*"
        r"|mistake\w*|cannot be used|must|not you|violat\w*)\b",
        re.IGNORECASE,
    ),
}
UNINSURED = {
    "ja": re.compile("無保険|未加入|加入していない|保険証?が(ない|ありません|切れ)|資格が(ない|ありません)|10割|全額"),
    "en": re.compile(r"uninsured|not insured|no (insurance|coverage)|not covered|full price", re.IGNORECASE),
}
FULL_PRICE = {"ja": ("10割", "10割は求めず"), "en": ("full price", "never ask for the full price")}
LADDER = "資格確認書|資格確認端末"  # what the desk goes on with when this terminal cannot

NO_ANSWER = [
    problem
    for problem in Problem
    if problem.startswith(
        ("line_", "service_", "coverage_ended", "coverage_not", "coverage_several", "journal_", "key_")
    )
]

every_page = pytest.mark.parametrize(
    ("language", "problem"),
    [(language, problem) for language in LANGUAGES for problem in Problem],
    ids=lambda value: str(value),
)


@every_page
def test_every_problem_has_a_title_and_a_sentence_for_each_audience(language: str, problem: Problem) -> None:
    assert title(problem, language).strip()
    for audience in Audience:
        assert sentence(problem, audience, language).strip()


@every_page
def test_the_patient_hears_one_short_whole_sentence(language: str, problem: Problem) -> None:
    text = sentence(problem, Audience.PATIENT, language)
    assert len(text) <= MOST_PATIENT_CHARACTERS[language]
    assert _sentences(text) == 1
    if language == "ja":
        assert text.endswith(("ます。", "です。", "ください。"))
    assert len(title(problem, language)) <= MOST_TITLE_CHARACTERS[language]


@every_page
def test_nothing_that_the_patient_may_see_blames_anyone(language: str, problem: Problem) -> None:
    text = sentence(problem, Audience.PATIENT, language)
    assert not BLAMING[language].search(text), text


@every_page
def test_no_patient_is_told_to_be_uninsured(language: str, problem: Problem) -> None:
    for text in (sentence(problem, Audience.PATIENT, language), title(problem, language)):
        assert not UNINSURED[language].search(text), text


@every_page
def test_the_receptionist_reads_no_more_than_two_sentences(language: str, problem: Problem) -> None:
    assert 1 <= _sentences(sentence(problem, Audience.RECEPTIONIST, language)) <= 2


@every_page
def test_the_full_price_is_named_only_to_keep_it_from_being_asked(language: str, problem: Problem) -> None:
    named, with_its_guard = FULL_PRICE[language]
    for audience in Audience:
        text = sentence(problem, audience, language)
        assert text.count(named) == text.count(with_its_guard)


@every_page
def test_it_reads_cause_first_look_and_remedy_in_this_order(language: str, problem: Problem) -> None:
    text = sentence(problem, Audience.IT, language)
    marks = {"ja": ("原因:", "まず:", "対処:"), "en": ("Cause: ", "First: ", "Remedy: ")}[language]
    places = [text.find(mark) for mark in marks]
    assert places[0] == 0
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", NO_ANSWER)
def test_without_an_answer_the_receptionist_has_another_way(language: str, problem: Problem) -> None:
    assert re.search(LADDER, sentence(problem, Audience.RECEPTIONIST, language))


@pytest.mark.parametrize(
    "problem", [Problem.COVERAGE_ENDED, Problem.COVERAGE_NOT_FOUND, Problem.CERTIFICATE_EXPIRED, Problem.CARD_EXPIRED]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_rung_of_the_ladder_is_the_patients_own_statement(language: str, problem: Problem) -> None:
    text = sentence(problem, Audience.RECEPTIONIST, language)
    assert "資格確認書" in text
    assert "被保険者資格申立書" in text


@pytest.mark.parametrize("problem", [Problem.CERTIFICATE_ABSENT, Problem.CERTIFICATE_EXPIRED, Problem.CARD_EXPIRED])
def test_an_ended_card_or_certificate_is_said_not_to_mean_uninsured(problem: Problem) -> None:
    assert "保険がないことを意味しません" in sentence(problem, Audience.RECEPTIONIST, "ja")
    assert "does not mean uninsured" in sentence(problem, Audience.RECEPTIONIST, "en")


@pytest.mark.parametrize(
    "problem", [Problem.CARD_CODE_LOCKED, Problem.CARD_CODE_NEARLY_LOCKED, Problem.PIN_LOCKED], ids=str
)
def test_a_locked_code_leads_to_the_municipal_office(problem: Problem) -> None:
    assert "市区町村の窓口" in sentence(problem, Audience.RECEPTIONIST, "ja")
    assert "municipal office" in sentence(problem, Audience.RECEPTIONIST, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no failure book in 'xx'"):
        title(Problem.CANCELLED, "xx")


def test_there_is_a_book_for_each_language_and_no_other() -> None:
    books = {f"{each}.toml" if each in LANGUAGES else f"patient.{each}.toml" for each in PATIENT_LANGUAGES}
    assert {entry.name for entry in BOOKS.iterdir() if entry.name.endswith(".toml")} == books | {"audit.toml"}


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_every_problem_has_a_short_sentence_in_each_language_of_the_patients(language: str) -> None:
    for problem in Problem:
        text = sentence(problem, Audience.PATIENT, language)
        assert text.strip() == text
        assert 0 < len(text) <= 130, problem
        assert text.endswith((".", "。", "।")), problem


def test_a_patients_language_has_no_book_of_the_staff() -> None:
    with pytest.raises(ValueError, match="no failure book in 'ko'"):
        sentence(Problem.CANCELLED, Audience.IT, "ko")


def test_sentences_that_are_not_whole_are_refused() -> None:
    toml = (BOOKS / "patient.ko.toml").read_text("utf-8")
    with pytest.raises(ValueError, match="no sentence for program_error"):
        read_sentences(toml[: toml.index("program_error")])
    with pytest.raises(ValueError, match="not a valid Problem"):
        read_sentences(toml + 'no_such_problem = "x"\n')


def test_every_problem_has_one_audit_class() -> None:
    assert {audit_class(problem) for problem in Problem}
    toml = (BOOKS / "audit.toml").read_text("utf-8")
    with pytest.raises(ValueError, match="cancelled has two classes"):
        read_classes(toml.replace('"card_absent",', '"card_absent", "cancelled",'))
    with pytest.raises(ValueError, match="no class for cancelled"):
        read_classes(toml.replace('"cancelled", ', ""))


@pytest.mark.parametrize("language", PATIENT_LANGUAGES)
def test_every_problem_is_explained(capsys: pytest.CaptureFixture[str], language: str) -> None:
    for problem in Problem:
        assert explain.run([problem.upper(), "--language", language]) == 0
        said = capsys.readouterr().out
        assert sentence(problem, Audience.PATIENT, language) in said
        assert audit_class(problem) in said


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.run([]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(Problem)


def test_a_code_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        explain.run(["no_such_code"])
    assert ended.value.code == 2
    assert "no_such_code" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoilt", "complaint"),
    [
        (("[cancelled]", "[cancelled_by_someone]"), "not a valid Problem"),
        (('title = "The PIN is locked"\n', ""), "pin_locked is not whole"),
        (('title = "The PIN is locked"', 'title = " "'), "pin_locked is not whole"),
        (('title = "The PIN is locked"', 'title = "The PIN is locked"\nnote = "more"'), "pin_locked is not whole"),
    ],
    ids=["unknown-problem", "missing-text", "empty-text", "unknown-key"],
)
def test_a_book_that_is_not_whole_is_refused(spoilt: tuple[str, str], complaint: str) -> None:
    toml = (BOOKS / "en.toml").read_text("utf-8")
    with pytest.raises(ValueError, match=complaint):
        read_book(toml.replace(*spoilt))


def test_a_book_that_lacks_a_problem_is_refused() -> None:
    toml = (BOOKS / "en.toml").read_text("utf-8")
    with pytest.raises(ValueError, match="no page for program_error"):
        read_book(toml[: toml.index("[program_error]")])


def _sentences(text: str) -> int:
    return len(re.findall(r"。|[.?!](?= |$)", text))
