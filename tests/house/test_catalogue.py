"""The message catalogue speaks every language, and says the same in each."""

from __future__ import annotations

import ast
import re
import runpy
import string
from collections.abc import Iterator

import pytest

from _support import ROOT

pytest.importorskip("babel", reason="catalogues are read with Babel, a tool of development")

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

LOCALE = ROOT / "src" / "innodex" / "documents" / "locale"
LANGUAGES = ("en", "vi")
# Grammar differs: a singular may do without its number, a sentence without the word for its units.
GRAMMAR = {"count", "unit", "units"}
DOMAINS = sorted({path.stem for path in LOCALE.glob("*/*.po")})


def _read(lang: str, domain: str) -> Catalog:
    with (LOCALE / lang / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def _messages(catalogue: Catalog) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in catalogue
        if message.id
    }


def _sentences(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _places(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}


def test_there_is_a_catalogue() -> None:
    assert DOMAINS


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_has_the_same_messages(domain: str) -> None:
    keys = {lang: set(_messages(_read(lang, domain))) for lang in LANGUAGES}

    assert keys["vi"] == keys["en"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_message_has_words_and_none_is_a_guess(domain: str, lang: str) -> None:
    for key, message in _messages(_read(lang, domain)).items():
        assert key.startswith(f"{domain}."), key
        assert all(sentence.strip() for sentence in _sentences(message)), key
        assert not message.fuzzy, key


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_language_fills_in_the_same_values(domain: str) -> None:
    vietnamese, english = (_messages(_read(lang, domain)) for lang in LANGUAGES[::-1])
    differing = []
    for key in vietnamese.keys() & english.keys():
        places = [set().union(*map(_places, _sentences(m[key]))) - GRAMMAR for m in (vietnamese, english)]
        if places[0] != places[1]:
            differing.append((key, *places))
    assert differing == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_compiled_is_what_is_written(domain: str, lang: str) -> None:
    script = runpy.run_path(str(ROOT / "hatch_build.py"))
    written = LOCALE / lang / f"{domain}.po"

    assert written.with_suffix(".mo").read_bytes() == script["compile_catalogue"](written), (
        "run `make messages`"
    )


def _spoken() -> Iterator[tuple[str, str]]:
    """Every constant key handed to `say` or `has`, with its place."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or getattr(node.func, "id", getattr(node.func, "attr", "")) != "say"
            ):
                continue
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and "." in str(argument.value):
                    yield str(argument.value), f"{path.relative_to(ROOT)}:{node.lineno}"
    for path in (ROOT / "src").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # In pages of the core a call, in those of the portal a tag.
        called = re.findall(r"""\b(?:say|t|_)\(\s*["']([\w.-]+)["']""", text)
        tagged = re.findall(r"""\{%\s*say\s+["']([\w.-]+)["']""", text)
        for key in (*called, *tagged):
            if "." in key:
                yield key, str(path.relative_to(ROOT))


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    known = {key for domain in DOMAINS for key in _messages(_read("en", domain))}
    # A key that ends in a mark is completed while running.
    unknown = [(key, place) for key, place in _spoken() if key[-1].isalnum() and key not in known]

    assert unknown == []


def test_no_message_is_left_without_use() -> None:
    """A key stands in the code whole, or its beginning does where the rest is chosen while running."""
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src").rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".j2", ".jinja"} and path.is_file()
    )
    unused = []
    for domain in DOMAINS:
        for key in _messages(_read("en", domain)):
            parts = key.split(".")
            beginnings = [".".join(parts[:n]) + "." for n in range(len(parts) - 1, 0, -1)]
            beginnings += [key[: place.end()] for place in re.finditer("-", key)]
            if key not in sources and not any(
                re.search(re.escape(b) + r"[{\"'%]", sources) for b in beginnings
            ):
                unused.append(key)
    assert unused == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_vietnamese_is_vietnamese_and_nothing_shouts(domain: str) -> None:
    """A Vietnamese sentence of some length has marks; neither language is written in capitals."""
    marked = re.compile(r"[^\x00-\x7f]")
    for lang in LANGUAGES:
        for key, message in _messages(_read(lang, domain)).items():
            for sentence in _sentences(message):
                words = re.sub(r"\{[^}]*\}|`[^`]*`|<[^>]*>", "", sentence)
                letters = [letter for letter in words if letter.isalpha()]
                assert len(letters) < 12 or not words.isupper(), key
                if lang == "vi" and len(words.split()) > 6:
                    assert marked.search(words), key
