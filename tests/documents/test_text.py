"""Text in several languages, and the Vietnamese order of names."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import strategies as st

from _arrays import law
from innodex.documents import Text, sort_key, without_marks

# The alphabet as CLDR's collation for Vietnamese has it, with the borrowed letters in their Latin places.
ALPHABET = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
# Tones in the order of the same collation: none, huyền, hỏi, ngã, sắc, nặng.
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]

words = st.text(
    st.sampled_from([*"abdeiouy ", *"ăâđêôơưĂĐƠ", *"áàảãạấằẵợựýỵ", *"ABZ"]), min_size=1, max_size=8
).filter(str.strip)


# ---- Text ------------------------------------------------------------------------------------------------


def test_the_first_language_written_stands_in_for_one_that_is_not() -> None:
    both = Text.of({"vi": "Cả nước", "en": "Whole country"})
    assert (both.get("vi"), both.get("en"), both.get("fr")) == ("Cả nước", "Whole country", "Cả nước")
    assert Text.of({"en": "Only English"}).get("vi") == "Only English"


def test_blank_versions_are_left_out_and_the_others_are_trimmed() -> None:
    text = Text.of({"vi": "  ", "en": " x \n"})
    assert text.as_dict() == {"en": "x"}
    assert text.get("vi") == "x"
    assert list(text) == [("en", "x")]


def test_a_text_without_words_is_false_and_empty() -> None:
    assert not Text()
    assert not Text.of({"vi": ""})
    assert Text().get("vi") == ""
    assert Text.of({"vi": "a"})


def test_texts_are_values() -> None:
    assert Text.of({"vi": "a", "en": "b"}) == Text.of({"vi": " a", "en": "b "})
    assert len({Text.of({"vi": "a"}), Text.of({"vi": "a"}), Text.of({"en": "a"})}) == 2


# ---- order -----------------------------------------------------------------------------------------------


def shuffled(items: list[str]) -> list[str]:
    return random.Random(5).sample(items, len(items))


def composed(*parts: str) -> str:
    return unicodedata.normalize("NFC", "".join(parts))


def test_the_alphabet() -> None:
    assert sorted(shuffled(ALPHABET), key=sort_key) == ALPHABET
    assert sorted(shuffled([letter.upper() for letter in ALPHABET]), key=sort_key) == [
        letter.upper() for letter in ALPHABET
    ]


@pytest.mark.parametrize("letter", list("aăâeêioôơuưy"))
def test_the_tones_of_every_vowel(letter: str) -> None:
    toned = [composed("b", letter, tone) for tone in TONES]
    assert sorted(shuffled(toned), key=sort_key) == toned


@pytest.mark.parametrize(
    "ordered",
    [
        # A letter counts before any tone: o < ô < ơ, and whatever follows.
        ["Cao Bằng", "Cần Thơ"],
        ["Bà Rịa", "Bạc Liêu", "Bắc Giang", "Bắc Ninh", "Bến Tre", "Bình Dương", "Bình Định"],
        ["Dak", "Dĩ An", "Đà Lạt", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Hà Nội"],
        ["Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hậu Giang", "Hòa Bình"],
        ["Hoa", "Hoà Bình", "Hoan", "Hồ", "Hơ"],
        ["Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị"],
        # The tone of the first syllable that differs decides between equal letters.
        ["ma", "mà", "mả", "mã", "má", "mạ", "man"],
        ["la ma", "la má", "lá ma", "lá má"],
        ["Tây Ninh", "Thái Bình", "Thừa Thiên", "Tiền Giang", "Trà Vinh", "Tuyên Quang"],
        ["Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên"],
        ["an", "An Giang", "ăn", "ân"],
    ],
)
def test_names_in_the_order_of_a_vietnamese_index(ordered: list[str]) -> None:
    assert sorted(shuffled(ordered), key=sort_key) == ordered


@law(st.lists(words, min_size=2, max_size=6))
def test_how_marks_are_encoded_does_not_change_the_order(names: list[str]) -> None:
    def order(form: str) -> list[str]:
        encoded = sorted((unicodedata.normalize(form, name) for name in names), key=sort_key)  # type: ignore[arg-type]
        return [unicodedata.normalize("NFC", name).casefold() for name in encoded]

    assert order("NFC") == order("NFD")


@law(words, words)
def test_letters_before_tones(one: str, other: str) -> None:
    """Where names without tones differ, tones do not matter."""

    def toneless(name: str) -> str:
        plain = "".join(c for c in unicodedata.normalize("NFD", name) if c not in TONES[1:])
        return unicodedata.normalize("NFC", plain).casefold()

    if toneless(one) != toneless(other):
        by_letters = sort_key(toneless(one)) < sort_key(toneless(other))
        assert (sort_key(one) < sort_key(other)) == by_letters


def test_case_and_punctuation_matter_least() -> None:
    ordered = ["Tp Hạ Long", "tp Hà Nội", "TP. Huế"]
    assert sorted(shuffled(ordered), key=sort_key) == ordered
    assert sort_key("an")[:2] == sort_key("AN")[:2]


def test_in_english_marks_are_no_letters() -> None:
    ordered = ["Da Lat", "Đà Nẵng", "Dong Nai", "Ha Noi"]
    assert sorted(shuffled(ordered), key=lambda name: sort_key(name, "en")) == ordered
    assert sorted(["Zagreb", "Ålesund", "Łódź", "Lyon"], key=lambda name: sort_key(name, "en")) == [
        "Ålesund", "Łódź", "Lyon", "Zagreb",
    ]  # fmt: skip


# ---- without marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Đắk Lắk", "dak lak"),
        ("  Thừa Thiên \t Huế ", "thua thien hue"),
        ("TP. HỒ CHÍ MINH", "tp. ho chi minh"),
        ("ƯỚC ƠI Ỹ", "uoc oi y"),
        ("Łódź Østfold Straße", "lodz ostfold strasse"),
        ("", ""),
    ],
)
def test_without_marks(written: str, plain: str) -> None:
    assert without_marks(written) == plain
    assert without_marks(unicodedata.normalize("NFD", written)) == plain


@law(st.text(max_size=12))
def test_without_marks_once_is_enough(written: str) -> None:
    plain = without_marks(written)
    assert plain == plain.strip()
    assert not any(unicodedata.combining(c) for c in plain)
    if all(c.isascii() or c in "ăâđêôơưĂÂĐÊÔƠƯ" for c in written):
        assert without_marks(plain) == plain
