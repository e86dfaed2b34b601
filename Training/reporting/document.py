"""A document of headings, text, tables, code and figures, as Markdown or one HTML file."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from CMRSegmentationLib.whole_files import write_whole
from Training.reporting.tables import Table

STYLE = """
body {
  font: 16px/1.5 system-ui, sans-serif;
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222;
}
table {
  border-collapse: collapse; margin: 0 0 1.5rem;
  font-size: 0.85rem; font-variant-numeric: tabular-nums;
}
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { border-bottom: 1px solid #ddd; padding: 0.25rem 0.6rem; text-align: left; }
td.number, th.number { text-align: right; }
.scroll { overflow-x: auto; }
pre { background: #f4f4f4; padding: 0.8rem; overflow-x: auto; }
figure { margin: 0 0 1.5rem; } figure img { max-width: 100%; }
summary { cursor: pointer; font-weight: 600; margin: 0 0 1rem; }
figcaption { font-size: 0.85rem; color: #555; }
"""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (the title) to 4."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True)
class Code:
    """Text in a fixed-width font, such as commands."""

    text: str


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure with its caption; `name` becomes its file name next to the Markdown."""

    name: str
    figure: Figure
    caption: str


@dataclass(frozen=True)
class Folded:
    """What a page shows on demand, under a title; in Markdown it is in the open."""

    title: str
    blocks: Sequence[Paragraph | Code | Picture | Table]


Block = Heading | Paragraph | Code | Picture | Table | Folded


def pictures_of(blocks: Sequence[Block]) -> Iterator[Picture]:
    """Every picture of a document, folded ones included."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Folded):
            yield from pictures_of(block.blocks)


def write_document(
    blocks: Sequence[Block], folder: Path, name: str = "report"
) -> tuple[Path, Path]:
    """Writes `name.md`, with its figures in `figures/`, and `name.html`, which needs no other file.

    Returns:
        the paths of the Markdown and of the HTML file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    images = {picture.name: png_bytes(picture.figure) for picture in pictures_of(blocks)}
    if images:
        (folder / "figures").mkdir(exist_ok=True)
    for picture, image in images.items():
        write_whole(folder / "figures" / f"{file_name(picture)}.png", image)
    markdown, page = folder / f"{name}.md", folder / f"{name}.html"
    write_whole(markdown, "\n".join(_markdown(block) for block in blocks))
    write_whole(page, _page(blocks, images))
    return markdown, page


def png_bytes(figure: Figure, dpi: int = 110) -> bytes:
    """A figure as a PNG file in memory."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def file_name(text: str) -> str:
    """A name for a file: letters, digits, dots and dashes of `text`, the rest as underscores."""
    return re.sub(r"[^\w.-]+", "_", text).strip("_")


def _markdown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {block.text}\n"
        case Paragraph():
            return f"{block.text}\n"
        case Code():
            return f"```\n{block.text}\n```\n"
        case Picture():
            return f"![{block.caption}](figures/{file_name(block.name)}.png)\n"
        case Table():
            return block.to_markdown()
        case Folded():
            return "\n".join([f"#### {block.title}\n", *map(_markdown, block.blocks)])


def _page(blocks: Sequence[Block], images: dict[str, bytes]) -> str:
    title = next((block.text for block in blocks if isinstance(block, Heading)), "Report")
    body = "\n".join(_html(block, images) for block in blocks)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta '
        f'charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(block: Block, images: dict[str, bytes]) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{html.escape(block.text)}</h{block.level}>"
        case Paragraph():
            return f"<p>{html.escape(block.text)}</p>"
        case Code():
            return f"<pre>{html.escape(block.text)}</pre>"
        case Picture():
            data = base64.b64encode(images[block.name]).decode("ascii")
            caption = html.escape(block.caption)
            return (
                f'<figure><img alt="{caption}" src="data:image/png;base64,{data}">'
                f"<figcaption>{caption}</figcaption></figure>"
            )
        case Table():
            return _html_table(block)
        case Folded():
            inside = "\n".join(_html(part, images) for part in block.blocks)
            return f"<details><summary>{html.escape(block.title)}</summary>\n{inside}\n</details>"


def _html_table(table: Table) -> str:
    numeric = table.numeric_columns()
    classes = [' class="number"' if right else "" for right in numeric]

    def line(tag: str, cells: Sequence[str]) -> str:
        columns = zip(cells, classes, strict=True)
        return (
            "<tr>"
            + "".join(f"<{tag}{kind}>{html.escape(cell)}</{tag}>" for cell, kind in columns)
            + "</tr>"
        )

    rows = "\n".join(line("td", row) for row in table.rows)
    return (
        f'<div class="scroll"><table><caption>{html.escape(table.title)}</caption>\n'
        f"<thead>{line('th', table.columns)}</thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )
