"""Lets the pages of `docs/` be read both as plain Markdown and as the manual that MkDocs builds.

In the repository a link such as `../Training/README.md` leads to the file. In the manual, which
holds `docs/` alone, it leads to the repository on the web, and pictures are copied along.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PICTURES = "Resources/Screenshots"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures of the repository to those of the manual."""
    for path in sorted((ROOT / PICTURES).glob("*.png")):
        files.append(File.generated(config, f"{PICTURES}/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, config: MkDocsConfig, **_: Any) -> str:
    """Links out of `docs/`, as the manual has them."""
    pictures = markdown.replace(f"](../{PICTURES}/", f"]({PICTURES}/")
    return re.sub(r"\]\(\.\./", f"]({config.repo_url}/blob/main/", pictures)
