import base64
import re

import pytest
from matplotlib.figure import Figure

from Training.reporting.document import (
    Code,
    Folded,
    Heading,
    Paragraph,
    Picture,
    file_name,
    write_document,
)
from Training.reporting.tables import Table


@pytest.fixture
def blocks():
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1], [1, 0])
    return [
        Heading("Runs < all >", level=1),
        Paragraph("Siemens & GE"),
        Table("Dice by vendor", ("vendor", "mean"), (("GE", "0.900"), ("<b>", "0.8"))),
        Picture("run a/LV EDV", figure, "Bland–Altman of LV EDV"),
        Code("python -m Training.train a.toml"),
    ]


def test_the_markdown_holds_every_block_and_its_figures_lie_beside_it(blocks, tmp_path):
    markdown, _ = write_document(blocks, tmp_path / "out")
    text = markdown.read_text(encoding="utf-8")
    assert text.startswith("# Runs < all >\n\nSiemens & GE\n")
    assert "| vendor | mean |\n| --- | ---: |\n| GE | 0.900 |" in text
    assert "```\npython -m Training.train a.toml\n```" in text
    (link,) = re.findall(r"!\[Bland–Altman of LV EDV\]\((.*)\)", text)
    assert (tmp_path / "out" / link).read_bytes().startswith(b"\x89PNG")


def test_the_html_needs_no_other_file_and_holds_the_same_picture(blocks, tmp_path):
    _, page = write_document(blocks, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["'](?!data:)""", text)
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert base64.b64decode(data) == (tmp_path / "figures" / "run_a_LV_EDV.png").read_bytes()


def test_text_is_escaped_in_the_html(blocks, tmp_path):
    _, page = write_document(blocks, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "<title>Runs &lt; all &gt;</title>" in text
    assert "Siemens &amp; GE" in text
    assert "&lt;b&gt;" in text
    assert '<td class="number">0.900</td>' in text


def test_an_empty_table_is_written_with_its_head(tmp_path):
    markdown, page = write_document([Table("Nothing", ("a", "b"), ())], tmp_path)
    assert "| a | b |" in markdown.read_text()
    assert "<th>a</th>" in page.read_text()


def test_folded_tables_open_on_demand_in_the_html_and_follow_their_title_in_markdown(tmp_path):
    tables = [Table("Dice", ("a",), (("0.9",),)), Table("HD", ("a",), (("7.5",),))]
    markdown, page = write_document([Folded("By level & vendor", tables)], tmp_path)
    assert re.search(
        r"#### By level & vendor\n\n\*\*Dice\*\*[\s\S]*\*\*HD\*\*",
        markdown.read_text(encoding="utf-8"),
    )
    text = page.read_text(encoding="utf-8")
    assert "<details><summary>By level &amp; vendor</summary>" in text
    assert (
        text.index("<details>")
        < text.index("<caption>Dice")
        < text.index("<caption>HD")
        < text.index("</details>")
    )


def test_file_names_hold_no_separators():
    assert file_name("runs/a b: LV EF (%)") == "runs_a_b_LV_EF"
