"""One stylesheet: faces of the files that are carried, a class for every place of the grid."""

from __future__ import annotations

import hashlib
import re

from innodex.look import fonts, icon, licences, stylesheet

# As the packages @fontsource/be-vietnam-pro 5.3.0 and @fontsource/source-serif-4 5.3.1 hold them.
UNMODIFIED = """
03d1b589cff172e1a670b3573e731d3380bc326f80cf83b0d3504e3188e2e074  be-vietnam-pro-latin-400-normal.woff2
9503dec2a7c532c8331e9600bcafea287a4fd208573b8668d85ab8d8de1863c7  be-vietnam-pro-latin-600-normal.woff2
dc085e2fba3414e5c5bf1e6172f921a9f81c5859946a4ed3d63c1e470d96a9e2  be-vietnam-pro-vietnamese-400-normal.woff2
97658c6f9a384f29a3005c3d96e2a0d1c810192cf68979071c290f5a377a9f99  be-vietnam-pro-vietnamese-600-normal.woff2
f2b7e1cf1d277b7608231868135648f8ad8e2b58d8e97ca088bee15dc357bee7  source-serif-4-latin-600-normal.woff2
a2b21256f49e449c9b5691b0c596c36e73f4f312be4bda7824addfa6f9e15308  source-serif-4-vietnamese-600-normal.woff2
"""


def test_the_fonts_are_the_published_files() -> None:
    listed = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in sorted(fonts().items())]

    assert listed == UNMODIFIED.split("\n")[1:-1]


def test_each_family_brings_its_licence() -> None:
    families = {name.partition("-latin")[0].partition("-vietnamese")[0] for name in fonts()}

    assert {name.removesuffix("-LICENSE.txt") for name in licences()} == families
    for data in licences().values():
        assert b"SIL OPEN FONT LICENSE Version 1.1" in data


def test_the_stylesheet_loads_every_font_once_and_nothing_else() -> None:
    loaded = re.findall(r"url\(([^)]*)\)", stylesheet())

    assert sorted(loaded) == sorted(f"fonts/{name}" for name in fonts())
    assert stylesheet().count("font-display:swap") == len(fonts())
    assert "@import" not in stylesheet()


def test_every_colour_in_a_rule_is_a_token() -> None:
    rules = stylesheet().partition("/*")[2]

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    used = set(re.findall(r"var\(--(\w+)\)", rules))
    assert used
    assert used <= set(re.findall(r"--(\w+):", stylesheet()))


def test_a_grid_has_a_class_for_every_place() -> None:
    sheet = stylesheet(rows=21, columns=10)

    assert all(f".r{n}{{grid-row:{n}}}" in sheet for n in range(1, 22))
    assert all(f".c{n}{{grid-column:{n}}}" in sheet for n in range(1, 11))
    assert ".k10{grid-template-columns:repeat(10," in sheet
    assert "grid-row:1}" not in stylesheet()


def test_nothing_is_shouted_and_no_text_is_too_small() -> None:
    sheet = stylesheet()

    assert "uppercase" not in sheet
    assert "italic" not in sheet
    assert "letter-spacing" not in sheet
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;}]*?([\d.]+)px", sheet)]
    assert min(sizes) >= 11


def test_the_icon_is_a_drawing() -> None:
    assert icon().startswith("<svg ")
