"""The tree-sitter grammar of the AXIOM intent language."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tree_sitter_intent._binding import language

QueryName = Literal["highlights", "folds", "locals", "tags", "indents"]


def query_source(name: QueryName) -> str:
    """The text of one of the queries that come with the grammar.

    Raises FileNotFoundError when there is none of that name.
    """
    installed = Path(__file__).parent / "queries"
    # An editable install reads them where the grammar keeps them.
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "queries"
    return (folder / f"{name}.scm").read_text(encoding="utf-8")


__all__ = ["QueryName", "language", "query_source"]
