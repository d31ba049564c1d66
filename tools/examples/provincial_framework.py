# ruff: noqa: E501 - tables of names read best with one line a row
"""Make the framework of the illustrative provincial index: series.csv, framework.csv, rubric.csv and the sheets.

Run: python -m tools.examples.provincial_framework FOLDER
FOLDER/domain/framework.csv lists the nodes: names, place in the tree, direction, what the sources say, and how sure
each line is (A read line by line, B named in a source, C recalled). What the sources leave open is settled in the
table below for this illustration only, and every sheet says which is which.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "provincial-innovation"
Row = dict[str, str]

# code | id | formula | unit in Vietnamese | unit in English | open
# formula: a series, `a / b * scale`, or `rubric`. open: what the sources do not state and this illustration settles:
# u = unit, d = denominator, s = scale, r = rubric, x = sources disagree.
INDICATORS = """
1.1.1 | sti-policies             | rubric | điểm | points | r
1.1.2 | legal-institutions       | legal_institutions | điểm | points |
1.1.3 | business-support         | business_support | điểm | points |
1.2.1 | entry-costs              | entry_costs | điểm | points |
1.2.2 | proactivity              | proactivity | điểm | points |
1.2.3 | administrative-reform    | administrative_reform | % | % |
1.2.4 | fair-competition         | fair_competition | điểm | points |
2.1.1 | graduation-exam          | graduation_exam | điểm (thang 10) | points of 10 |
2.1.2 | excellent-pupils         | excellent_pupils | tỷ lệ, nguồn không nêu mẫu số | rate, denominator not stated |
2.1.3 | education-spending       | education_spending / learners * 1000 | triệu đồng | million VND |
2.2.1 | rd-personnel             | rd_personnel / population * 10000 | FTE/10.000 dân | FTE per 10,000 people |
2.2.2 | st-budget                | st_budget_share | % chi ngân sách địa phương | % of local budget spending | ud
2.2.3 | rd-expenditure           | rd_expenditure / grdp * 100 | % GRDP | % of GRDP | ud
2.2.4 | st-organisations         | st_organisations / population * 10000 | tổ chức/10.000 dân | number per 10,000 people |
3.1.1 | digital-infrastructure   | digital_infrastructure | điểm (0–1) | points (0–1) | u
3.1.2 | e-governance             | e_governance | điểm | points | u
3.2.1 | general-infrastructure   | general_infrastructure | điểm | points | u
3.2.2 | industrial-land          | serviced_industrial_land / industrial_land * 100 | % | % |
3.2.3 | environmental-governance | environmental_governance | điểm | points |
4.1.1 | private-credit           | private_credit / grdp * 100 | % GRDP | % of GRDP | ud
4.1.2 | microfinance             | microfinance_loans / grdp * 100 | % | % |
4.1.3 | enterprise-assets        | fixed_assets / enterprises | tỷ đồng/doanh nghiệp | billion VND per enterprise | ud
4.1.4 | enterprise-capital       | business_capital / enterprises | tỷ đồng/doanh nghiệp | billion VND per enterprise | ud
4.2.1 | st-services              | st_service_enterprises / enterprises * 1000 | doanh nghiệp/1.000 doanh nghiệp | number per 1,000 enterprises |
4.2.2 | enterprise-density       | enterprises / population * 1000 | doanh nghiệp/1.000 dân | enterprises per 1,000 people | us
4.2.3 | share-of-gdp             | grdp / national_gdp * 100 | % | % |
5.1.1 | trained-workers          | trained_workers / workers_15plus * 100 | % | % |
5.1.2 | training-spending        | training_spending / enterprise_spending * 100 | % | % |
5.1.3 | enterprises-with-rd      | rd_enterprises / enterprises * 100 | % | % |
5.2.1 | research-cooperation     | cooperation_contracts / st_organisations | hợp đồng/tổ chức KH&CN | contracts per S&T organisation | ud
5.2.2 | park-projects            | park_projects | dự án | projects | u
5.2.3 | innovation-cooperation   | cooperating_share | % doanh nghiệp | % of enterprises | ud
5.3.1 | foreign-investment       | foreign_investment / grdp * 100 | % | % |
5.3.2 | innovating-enterprises   | innovating_enterprises / enterprises * 100 | % | % |
5.3.3 | iso-certificates         | iso_enterprises / enterprises * 1000 | doanh nghiệp/1.000 doanh nghiệp | number per 1,000 enterprises |
6.1.1 | patents                  | patent_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people |
6.1.2 | plant-varieties          | plant_variety_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people |
6.1.3 | utility-solutions        | utility_solution_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people |
6.2.1 | trademarks               | trademark_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people | x
6.2.2 | industrial-designs       | design_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people |
6.2.3 | geographical-indications | gi_applications / population * 10000 | đơn/10.000 dân | number per 10,000 people |
6.3.1 | new-enterprises          | new_enterprises / population * 10000 | doanh nghiệp/10.000 dân | enterprises per 10,000 people | ud
6.3.2 | st-enterprises           | st_enterprises / enterprises * 1000 | doanh nghiệp/1.000 doanh nghiệp | number per 1,000 enterprises | ud
6.3.3 | innovative-startups      | startups / new_enterprises * 100 | % | % |
7.1.1 | industrial-production    | industrial_production | % (năm trước = 100) | % (previous year = 100) |
7.1.2 | ocop-products            | ocop_products / population * 10000 | sản phẩm/10.000 dân | number per 10,000 people |
7.1.3 | exports                  | exports / grdp * 100 | % | % |
7.1.4 | productivity-growth      | productivity_growth | % | % |
7.2.1 | poverty-reduction        | poverty_reduction | % | % |
7.2.2 | employment               | employed / population * 100 | % | % |
7.2.3 | income                   | income_per_head | triệu đồng | million VND |
7.2.4 | human-development        | human_development | 0–1 | 0–1 |
"""

AGGREGATES = """
PII | provincial-innovation-index
IN  | inputs
OUT | outputs
1   | institutions
2   | human-capital-research
3   | infrastructure
4   | market
5   | business
6   | knowledge-technology-outputs
7   | impact
1.1 | policy-environment
1.2 | business-environment
2.1 | education
2.2 | research-development
3.1 | ict-infrastructure
3.2 | general-infrastructure-environment
4.1 | finance-investment
4.2 | market-scale
5.1 | knowledge-workers
5.2 | innovation-linkages
5.3 | knowledge-absorption
6.1 | knowledge-creation
6.2 | intangible-assets
6.3 | knowledge-diffusion
7.1 | impact-production-business
7.2 | impact-socio-economic
"""

# id | Vietnamese | English | unit in Vietnamese | unit in English | kind of source
# Series that are not an indicator by themselves.
SERIES = """
population | Dân số trung bình | Average population | người | people | statistics
enterprises | Số doanh nghiệp đang hoạt động | Active enterprises | doanh nghiệp | enterprises | statistics
grdp | Tổng sản phẩm trên địa bàn (GRDP) | Gross regional domestic product (GRDP) | tỷ đồng | billion VND | statistics
national_gdp | Tổng sản phẩm trong nước (GDP) | National gross domestic product (GDP) | tỷ đồng | billion VND | statistics
learners | Số người đi học | Learners | người | people | statistics
education_spending | Chi cho giáo dục và đào tạo | Education and training spending | tỷ đồng | billion VND |
rd_personnel | Nhân lực nghiên cứu và phát triển (quy đổi toàn thời gian) | R&D personnel (full-time equivalent) | người quy đổi | FTE | locality
rd_expenditure | Chi cho nghiên cứu và phát triển | R&D expenditure | tỷ đồng | billion VND | locality
st_organisations | Số tổ chức khoa học và công nghệ | S&T organisations | tổ chức | organisations | locality
serviced_industrial_land | Đất công nghiệp đã xây dựng kết cấu hạ tầng | Industrial land with built infrastructure | ha | ha | locality
industrial_land | Diện tích đất công nghiệp | Industrial land | ha | ha | locality
private_credit | Dư nợ tín dụng cho khu vực tư nhân | Credit to the private sector | tỷ đồng | billion VND |
microfinance_loans | Dư nợ tài chính vi mô | Microfinance loans | tỷ đồng | billion VND |
fixed_assets | Tài sản cố định và đầu tư tài chính dài hạn của doanh nghiệp | Fixed assets and long-term financial investment of enterprises | tỷ đồng | billion VND | statistics
business_capital | Vốn sản xuất kinh doanh bình quân hằng năm của doanh nghiệp | Average annual business capital of enterprises | tỷ đồng | billion VND | statistics
st_service_enterprises | Doanh nghiệp dịch vụ chuyên môn khoa học và công nghệ | Professional, scientific and technical service enterprises | doanh nghiệp | enterprises | statistics
trained_workers | Lao động từ 15 tuổi trở lên đã qua đào tạo | Trained workers aged 15 and over | người | people | statistics
workers_15plus | Lao động từ 15 tuổi trở lên | Workers aged 15 and over | người | people | statistics
training_spending | Chi đào tạo lao động của doanh nghiệp | Training spending of enterprises | tỷ đồng | billion VND | statistics
enterprise_spending | Tổng chi của doanh nghiệp | Total spending of enterprises | tỷ đồng | billion VND | statistics
rd_enterprises | Doanh nghiệp có hoạt động nghiên cứu và phát triển | Enterprises with R&D | doanh nghiệp | enterprises | locality
cooperation_contracts | Hợp đồng hợp tác nghiên cứu giữa tổ chức khoa học và công nghệ và doanh nghiệp | Research co-operation contracts between S&T organisations and enterprises | hợp đồng | contracts | locality
foreign_investment | Vốn đầu tư trực tiếp nước ngoài | Foreign direct investment | tỷ đồng | billion VND | statistics
innovating_enterprises | Doanh nghiệp có hoạt động đổi mới sáng tạo | Enterprises with innovation activity | doanh nghiệp | enterprises |
iso_enterprises | Doanh nghiệp có chứng chỉ ISO | ISO-certified enterprises | doanh nghiệp | enterprises | locality
patent_applications | Đơn đăng ký sáng chế và giải pháp hữu ích | Patent and utility-solution applications | đơn | applications | register
plant_variety_applications | Đơn đăng ký giống cây trồng | Plant-variety applications | đơn | applications | register
utility_solution_applications | Đơn đăng ký giải pháp hữu ích | Utility-solution applications | đơn | applications | register
trademark_applications | Đơn đăng ký nhãn hiệu | Trademark applications | đơn | applications | register
design_applications | Đơn đăng ký kiểu dáng công nghiệp | Industrial-design applications | đơn | applications | register
gi_applications | Đơn đăng ký chỉ dẫn địa lý | Geographical-indication applications | đơn | applications | register
new_enterprises | Doanh nghiệp mới thành lập | Newly established enterprises | doanh nghiệp | enterprises | statistics
st_enterprises | Doanh nghiệp khoa học và công nghệ | S&T enterprises | doanh nghiệp | enterprises | locality
startups | Doanh nghiệp, dự án khởi nghiệp sáng tạo | Innovative start-up enterprises and projects | doanh nghiệp, dự án | enterprises and projects | locality
ocop_products | Sản phẩm OCOP từ 4 sao trở lên | OCOP products of 4 stars and above | sản phẩm | products | locality
exports | Giá trị xuất khẩu | Exports | tỷ đồng | billion VND | statistics
employed | Lao động có việc làm trong nền kinh tế | Employed workers | người | people | statistics
"""

# series | maximum points | Vietnamese | English. The real rubric was not found: all of this is invented.
CRITERIA = """
policy_programme | 20 | Có nghị quyết hoặc chương trình về khoa học, công nghệ và đổi mới sáng tạo còn hiệu lực | A resolution or programme on science, technology and innovation is in force
policy_plan | 15 | Có kế hoạch hằng năm kèm nguồn lực thực hiện | A yearly plan with the means to carry it out
policy_finance | 20 | Có cơ chế tài chính hỗ trợ đổi mới sáng tạo | A financing mechanism for innovation
policy_startups | 15 | Có chính sách hỗ trợ khởi nghiệp sáng tạo | A policy that supports innovative start-ups
policy_orders | 15 | Đặt hàng nhiệm vụ khoa học và công nghệ theo nhu cầu của địa phương | Research commissioned for the locality's own needs
policy_review | 15 | Có đánh giá và công bố kết quả thực hiện | Results are evaluated and published
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """One line of INDICATORS."""

    code: str
    id: str
    formula: str
    unit_vi: str
    unit_en: str
    open: str

    @property
    def ratio(self) -> tuple[str, str, str] | None:
        """Numerator, denominator and scale; the scale is empty when it is 1."""
        if "/" not in self.formula:
            return None
        top, rest = (part.strip() for part in self.formula.split("/"))
        bottom, _, scale = (part.strip() for part in rest.partition("*"))
        return top, bottom, scale


def lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def settled() -> dict[str, Settled]:
    return {line[0]: Settled(*line) for line in lines(INDICATORS)}


def certainty(row: Row, choice: Settled | None) -> str:
    """How sure the definition as used here is: what this illustration settled itself is assumed."""
    if choice and choice.open:
        return "assumed"
    return {"A": "official", "B": "provisional", "C": "provisional"}[row["verification"]]


def source_kind(row: Row) -> str:
    """One word for the kind of source, empty where the sources do not state it."""
    stated = row["source_kind"]
    for start, word in (
        ("other index", "index"),
        ("central register", "register"),
        ("central", "statistics"),
    ):
        if stated.startswith(start):
            return word
    return "locality" if row["supplied_by_locality"] == "assumed yes" else ""


def framework_rows(nodes: list[Row], choices: dict[str, Settled]) -> list[Row]:
    ids = {line[0]: line[1] for line in lines(AGGREGATES)} | {code: one.id for code, one in choices.items()}
    return [framework_row(node, ids[node["code"]], choices.get(node["code"])) for node in nodes]


def framework_row(node: Row, own: str, choice: Settled | None) -> Row:
    row = {key: node[key] for key in ("code", "parent", "level", "name_vi", "name_en")}
    row |= {"id": own, "certainty": certainty(node, choice)}
    if not node["parent"]:
        row |= {"name_vi": f"{node['name_vi']} (minh họa)", "name_en": f"{node['name_en']} (illustrative)"}
    if choice is None:
        return row | {"unit_vi": "điểm (0–100)", "unit_en": "score (0–100)"}
    row |= {"unit_vi": choice.unit_vi, "unit_en": choice.unit_en, "direction": node["direction"]}
    if ratio := choice.ratio:
        return row | dict(zip(("numerator", "denominator", "scale"), ratio, strict=True))
    return row if choice.formula == "rubric" else row | {"series": choice.formula}


def series_rows(nodes: dict[str, Row], choices: dict[str, Settled]) -> Iterable[Row]:
    keys = ("id", "name_vi", "name_en", "unit_vi", "unit_en", "source_kind")
    for line in lines(SERIES):
        yield dict(zip(keys, line, strict=True))
    for code, one in choices.items():
        if one.formula != "rubric" and one.ratio is None:
            node = nodes[code]
            names = {"name_vi": node["name_vi"], "name_en": node["name_en"]}
            units = {"unit_vi": one.unit_vi, "unit_en": one.unit_en}
            yield {"id": one.formula, **names, **units, "source_kind": source_kind(node)}
    for series, _, vi, en in lines(CRITERIA):
        points = {"unit_vi": "điểm", "unit_en": "points", "source_kind": "locality"}
        yield {"id": series, "name_vi": vi, "name_en": en, **points}


def rubric_rows() -> list[Row]:
    rubric = next(code for code, one in settled().items() if one.formula == "rubric")
    return [{"indicator": rubric, "criterion": line[0], "maximum": line[1]} for line in lines(CRITERIA)]


def write(name: str, columns: str, rows: Iterable[Row]) -> None:
    with (EXAMPLE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_nodes(folder: Path) -> list[Row]:
    with (folder / "domain" / "framework.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main(folder: Path) -> None:
    from tools.examples.provincial_sheets import write_sheets

    nodes, choices = read_nodes(folder), settled()
    by_code = {node["code"]: node for node in nodes}
    EXAMPLE.mkdir(parents=True, exist_ok=True)
    write(
        "series.csv",
        "id,name_vi,name_en,unit_vi,unit_en,source_kind,supplied_by,evidence",
        series_rows(by_code, choices),
    )
    write(
        "framework.csv",
        "id,code,parent,level,name_vi,name_en,unit_vi,unit_en,direction,certainty,valid_from,valid_to,"
        "series,numerator,denominator,scale",
        framework_rows(nodes, choices),
    )
    write("rubric.csv", "indicator,criterion,maximum", rubric_rows())
    write_sheets(EXAMPLE / "sheets", nodes, choices)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
