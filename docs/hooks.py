"""Fills what is generated into the pages while MkDocs builds them.

A page asks for it with ``<!-- generated: NAME -->``, on a line of its own; the page of
every finding code is generated as a whole. Nothing generated is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from docs import generate  # noqa: E402 - found through the path above


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are generated as a whole."""
    for path, text in generate.pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Fill in what a page asks for.

    Raises:
        PluginError: it asks for what is not generated.
    """
    del config, files
    try:
        return generate.filled(markdown)
    except KeyError as error:
        raise PluginError(f"{page.file.src_path}: {error.args[0]}") from error
