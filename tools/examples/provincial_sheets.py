# ruff: noqa: E501 - sentences of the sheets stay whole
"""The definition sheets of the illustrative provincial index, in Vietnamese and English.

A sheet says what is known, what is not stated in the sources, and what this illustration settled itself. It is put
together from the facts of each node; nothing is added to make a sheet look complete.
"""

from __future__ import annotations

from pathlib import Path

from tools.examples.provincial_framework import CRITERIA, SERIES, Row, Settled, certainty, lines

LANGUAGES = ("vi", "en")
Both = dict[str, str]


def both(vi: str, en: str) -> Both:
    return {"vi": vi, "en": en}


HEADS = {
    "what": both("Nội dung", "What is measured"),
    "how": both("Cách tính", "How it is computed"),
    "source": both("Nguồn số liệu", "Source of the figures"),
    "sure": both("Mức độ chắc chắn của định nghĩa", "How sure this definition is"),
    "example": both("Trong ví dụ này", "In this example"),
}

SYNTHETIC = both(
    "Khung chỉ số này chỉ để minh họa, không phải khung chính thức. Số liệu là số liệu giả lập của một đất nước không có thật, do chương trình sinh ra.",
    "This framework is an illustration, not an official one. The figures are synthetic: a program made them for a country that does not exist.",
)

CERTAINTY = {
    "official": both("Chính thức.", "Official."),
    "provisional": both("Tạm thời.", "Provisional."),
    "assumed": both("Giả định.", "Assumed."),
}

READ = {
    "A": both(
        "Tên và vị trí trong khung được đọc trực tiếp từ một hồ sơ kết quả đã công bố.",
        "Name and place in the framework were read in a published profile of results.",
    ),
    "B": both(
        "Tên chỉ số được nêu trong kế hoạch hoặc bài báo đã công bố; không tìm thấy bản thuyết minh chính thức.",
        "The name appears in a published plan or article; no official sheet was found.",
    ),
    "C": both(
        "Được ghi theo trí nhớ của người nghiên cứu; chưa đọc được nguồn nào.",
        "Written down from memory; no source could be read.",
    ),
}

CODES = {
    "from profile order": both(
        "Mã được suy từ thứ tự trong hồ sơ đó.", "The code follows from the order in that profile."
    ),
    "working": both("Mã là mã tạm dùng.", "The code is a working code."),
}

TRANSLATION = both("Tên tiếng Anh do chúng tôi dịch.", "The English name is our own translation.")

# Facts of single nodes that fit no other line.
NOTES = {
    "1.1.2": both(
        "Điểm được quy đổi theo khoảng giá trị của mẫu, không theo thang 1–10 gốc.",
        "Rescaled on the range of the sample, not on its native scale of 1 to 10.",
    ),
    "1.2.1": both(
        "Tên gọi là chi phí nhưng điểm thành phần PCI đã được định hướng: điểm càng cao càng tốt.",
        "A cost by name, but the PCI sub-index is already oriented: higher is better.",
    ),
    "2.1.2": both(
        "Nguồn không nêu mẫu số. Chỉ số này có thể thay một chỉ số khác của các năm 2023–2024.",
        "The denominator is not stated in the sources. Another indicator may have stood here in 2023 and 2024.",
    ),
    "3.1.1": both(
        "Nguồn chỉ nói chung rằng số liệu lấy từ DTI.",
        "That the figure comes from the DTI is stated only in general.",
    ),
    "3.2.1": both(
        "Có thể đây là tên nhóm chứ không phải tên chỉ số; chiều tác động là giả định.",
        "This may be the group rather than an indicator; the direction is assumed.",
    ),
    "4.1.1": both("Trí nhớ không chắc chắn.", "The recollection is uncertain."),
    "4.1.3": both(
        "Nguồn không nêu tính bình quân một doanh nghiệp hay tính tổng.",
        "Whether per enterprise or in total is not stated in the sources.",
    ),
    "4.2.3": both(
        "Phụ thuộc quy mô: khi sáp nhập, phần đóng góp được cộng lại chứ không lấy bình quân.",
        "Depends on size: after a merger the shares add up, they are not averaged.",
    ),
    "5.1.3": both("Vị trí trong khung ghi theo trí nhớ.", "Its place in the framework is recalled."),
    "5.2.2": both("Trí nhớ không chắc chắn.", "The recollection is uncertain."),
    "5.2.3": both("Trí nhớ không chắc chắn.", "The recollection is uncertain."),
    "6.1.1": both(
        "Một nguồn tách hai loại đơn, nguồn khác gộp thành một chỉ số.",
        "One source lists the two kinds separately, another as one indicator.",
    ),
    "6.1.3": both(
        "Chỉ một nguồn năm 2023 nêu riêng chỉ số này.", "Named separately in one source of 2023 only."
    ),
    "6.2.1": both(
        "Các nguồn không thống nhất về mẫu số: trên 10.000 dân (một bài báo năm 2023), trên 1.000 doanh nghiệp (một bài báo năm 2024), trên 1.000 dân (một kế hoạch năm 2025). Ví dụ này dùng 10.000 dân.",
        "The sources disagree on the denominator: per 10,000 people (an article of 2023), per 1,000 enterprises (an article of 2024), per 1,000 people (a plan of 2025). This illustration uses 10,000 people.",
    ),
    "7.2.1": both("Giá trị cao nghĩa là giảm nghèo nhanh hơn.", "A higher value means a faster reduction."),
    "7.2.3": both(
        "Thu nhập bình quân đầu người còn dùng để xếp nhóm địa phương so sánh.",
        "Income per head also defines groups of peers.",
    ),
}

RUBRIC_OPEN = both(
    "Chỉ số tính bằng điểm nên phải có tiêu chí chấm điểm, nhưng không tìm thấy các tiêu chí đó. Các tiêu chí và điểm tối đa trong bản thuyết minh này được đặt ra cho ví dụ này.",
    "The indicator is in points, so criteria exist, but they were not found. The criteria and maximum points in this sheet were invented for this illustration.",
)

LEVELS = {
    "index": both(
        "Trung bình cộng của hai chỉ số đầu vào và đầu ra; đã kiểm tra trên kết quả công bố.",
        "The plain mean of inputs and outputs; checked on published results.",
    ),
    "subindex": both(
        "Trung bình cộng của các trụ cột; đây là cách tính dự kiến, chưa kiểm tra được.",
        "The plain mean of its pillars; expected, could not be checked.",
    ),
    "pillar": both(
        "Trung bình cộng của các nhóm chỉ số; đã kiểm tra trên kết quả công bố của trụ cột 1 và 2, dự kiến cho các trụ cột khác.",
        "The plain mean of its groups; checked on published results for pillars 1 and 2, expected for the others.",
    ),
    "group": both(
        "Trung bình cộng của các chỉ số có số liệu trong nhóm.",
        "The plain mean of the indicators in the group that have a figure.",
    ),
}

TREE_OPEN = both(
    "Cấu trúc nhóm ghi theo trí nhớ: một bài nghiên cứu năm 2025 nêu 18 nhóm, danh sách này có 16.",
    "The groups are recalled: a paper of 2025 counts 18 of them, this list has 16.",
)


def write_sheets(folder: Path, nodes: list[Row], choices: dict[str, Settled]) -> None:
    """One sheet per node and language; sheets of nodes that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for node in nodes:
        for lang in LANGUAGES:
            choice = choices.get(node["code"])
            text = indicator(node, choice, lang) if choice else aggregate(node, nodes, lang)
            (folder / f"{node['code']}.{lang}.md").write_text(text, encoding="utf-8", newline="\n")


def page(parts: list[tuple[str, str]], lang: str) -> str:
    return "\n".join(f"## {HEADS[head][lang]}\n\n{text}\n" for head, text in parts)


def bullets(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def indicator(node: Row, choice: Settled, lang: str) -> str:
    return page(
        [
            ("what", what(node, choice, lang)),
            ("how", how(choice, lang)),
            ("source", bullets(source(node, lang))),
            ("sure", sure(node, choice, lang)),
            ("example", SYNTHETIC[lang]),
        ],
        lang,
    )


def what(node: Row, choice: Settled, lang: str) -> str:
    name = node[f"name_{lang}"]
    unit = {"vi": choice.unit_vi, "en": choice.unit_en}[lang]
    higher = both("Giá trị càng cao càng tốt.", "A higher value is better.")[lang]
    label = both("Đơn vị", "Unit")[lang]
    return f"{name}.\n\n{label}: {unit}. {higher}"


def how(choice: Settled, lang: str) -> str:
    if choice.formula == "rubric":
        return rubric(lang)
    if choice.ratio is None:
        return both("Lấy nguyên số liệu, không chia.", "The figure as it stands, not divided.")[lang]
    top, bottom, scale = choice.ratio
    times = f" × {thousands(scale, lang)}" if scale else ""
    return f"**{name_of(top, lang)}** / **{name_of(bottom, lang)}**{times}"


def rubric(lang: str) -> str:
    heads = both("| Tiêu chí | Điểm tối đa |", "| Criterion | Maximum points |")[lang]
    rows = [f"| {vi if lang == 'vi' else en} | {points} |" for _, points, vi, en in lines(CRITERIA)]
    total = both(
        "Giá trị là tổng điểm các tiêu chí; thiếu một tiêu chí thì thiếu cả chỉ số.",
        "The value is the sum of the points; it is missing when one criterion is missing.",
    )[lang]
    return "\n".join([total, "", heads, "|---|---|", *rows])


def name_of(series: str, lang: str) -> str:
    return next({"vi": line[1], "en": line[2]}[lang] for line in lines(SERIES) if line[0] == series)


def thousands(number: str, lang: str) -> str:
    return f"{int(number):,}".replace(",", "." if lang == "vi" else ",")


def source(node: Row, lang: str) -> list[str]:
    kind, _, index = node["source_kind"].partition(": ")
    names = {
        "other index": both(f"lấy từ chỉ số khác ({index})", f"taken over from another index ({index})"),
        "central statistics": both("thống kê trung ương", "central statistics"),
        "central register": both("đăng ký của cơ quan trung ương", "a central register"),
        "central register (IP office)": both(
            "đăng ký của cơ quan sở hữu trí tuệ", "the register of the intellectual-property office"
        ),
        "": both("không nêu trong các nguồn", "not stated in the sources"),
    }
    # What was recalled rather than read is said so in the reader's language.
    stated = names[kind][lang].replace(" (recalled)", both(", theo trí nhớ", ", recalled")[lang])
    local = both(
        {"assumed yes": "có (giả định)", "assumed no": "không (giả định)"}[node["supplied_by_locality"]],
        {"assumed yes": "yes (assumed)", "assumed no": "no (assumed)"}[node["supplied_by_locality"]],
    )
    return [
        f"{both('Loại nguồn', 'Kind of source')[lang]}: {stated}.",
        f"{both('Địa phương cung cấp', 'Supplied by the localities')[lang]}: {local[lang]}.",
        both(
            "Cách thu thập, kỳ số liệu và tài liệu minh chứng: không nêu trong các nguồn.",
            "How and when it is collected, and the evidence asked for: not stated in the sources.",
        )[lang],
    ]


def sure(node: Row, choice: Settled, lang: str) -> str:
    facts = [READ[node["verification"]], CODES[node["code_status"]], *settled_here(choice)]
    if node["code"] in NOTES:
        facts.append(NOTES[node["code"]])
    word = CERTAINTY[certainty(node, choice)][lang]
    return f"**{word}**\n\n{bullets([fact[lang] for fact in [*facts, TRANSLATION]])}"


def settled_here(choice: Settled) -> list[Both]:
    """What the sources leave open and this illustration settled."""
    unit = both(choice.unit_vi, choice.unit_en)
    found = []
    if "r" in choice.open:
        found.append(RUBRIC_OPEN)
    for letter, vi, en in (
        ("u", "Đơn vị", "The unit"),
        ("d", "Mẫu số", "The denominator"),
        ("s", "Hệ số", "The scale"),
    ):
        if letter in choice.open:
            found.append(both(f"{vi} không được nêu trong các nguồn.", f"{en} is not stated in the sources."))
    if found and choice.open != "r":
        found.append(both(f"Ví dụ này dùng: {unit['vi']}.", f"This illustration uses: {unit['en']}."))
    return found


def aggregate(node: Row, nodes: list[Row], lang: str) -> str:
    children = [
        f"{child['code']} {child[f'name_{lang}']}" for child in nodes if child["parent"] == node["code"]
    ]
    facts = [READ[node["verification"]][lang]]
    if node["level"] == "group" and node["verification"] == "C":
        facts.append(TREE_OPEN[lang])
    if node["code_status"] in CODES:
        facts.append(CODES[node["code_status"]][lang])
    word = CERTAINTY[certainty(node, None)][lang]
    parts = both("Gồm:", "Made of:")[lang]
    return page(
        [
            ("what", f"{node[f'name_{lang}']}. {parts}\n\n{bullets(children)}"),
            ("how", LEVELS[node["level"]][lang]),
            ("sure", f"**{word}**\n\n{bullets([*facts, TRANSLATION[lang]])}"),
            ("example", SYNTHETIC[lang]),
        ],
        lang,
    )
