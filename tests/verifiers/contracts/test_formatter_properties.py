"""Laws of the formatter, on random files."""

from __future__ import annotations

import re

from hypothesis import given, settings
from intent_files import intent_files, torn_files

from axiom_verifiers.contracts.formatter import format_text, without_spans
from axiom_verifiers.contracts.items import cut
from axiom_verifiers.contracts.parser import parse_item

LIMITS = settings(max_examples=100, deadline=None)


def meanings(text: str) -> list[object]:
    return [without_spans(parse_item(item.text)) for item in cut(text)]


def comments(text: str) -> list[str]:
    """The comments of a random file, whose other `#` stand in strings."""
    lines = re.split(r"\r\n|\r|\n", text)
    found = [re.search(r"# (above|behind|own|last|comment|column 0|a|b|end)\b.*", x) for x in lines]
    return sorted(one[0].rstrip() for one in found if one)


@LIMITS
@given(intent_files())
def test_random_files_have_no_problems(text: str) -> None:
    problems = [problem for item in cut(text) for problem in parse_item(item.text).problems]
    assert [problem.code for problem in problems if problem.code != "chained-iff"] == []


@LIMITS
@given(intent_files())
def test_formatting_keeps_the_meaning(text: str) -> None:
    assert meanings(format_text(text)) == meanings(text)


@LIMITS
@given(intent_files())
def test_formatting_twice_changes_nothing(text: str) -> None:
    once = format_text(text)
    assert format_text(once) == once


@LIMITS
@given(intent_files())
def test_comments_are_kept(text: str) -> None:
    kept = " ".join(comments(format_text(text)))
    for comment in comments(text):
        assert comment in kept


@LIMITS
@given(torn_files())
def test_broken_files_are_formatted_without_harm(text: str) -> None:
    once = format_text(text)
    assert format_text(once) == once
    broken = [item.text for item in cut(text) if parse_item(item.text).problems]
    lines = once.replace("\r\n", "\n").replace("\r", "\n")
    for item in broken:
        assert item.replace("\r\n", "\n").replace("\r", "\n") in lines
