"""No feature fails on any text, at any place; what it gives lies in the text."""

from __future__ import annotations

import contextlib
from random import Random

import pytest

from axiom_server.documents import Position, Range, Snapshot
from axiom_server.errors import UserError
from axiom_server.features.actions import actions
from axiom_server.features.completion import completions
from axiom_server.features.definition import definition, highlights
from axiom_server.features.diagnostics import diagnostics
from axiom_server.features.hover import hover
from axiom_server.features.inlay import inlays
from axiom_server.features.lenses import lenses
from axiom_server.features.links import links
from axiom_server.features.rename import prepare_rename, rename
from axiom_server.features.selections import selections
from axiom_server.features.states import Known
from axiom_server.features.symbols import folds, matching, symbols
from axiom_server.features.tokens import tokens
from axiom_verifiers.evidence import Verdict
from tests.server.features.cases import CLAMP, clause, known_of, opened

WHOLE = f'''\
\ufeff# what comes first: 𝄞
use "./money.intent"
type Line = {{price: int, note: str?}}
type Even = int where it % 2 == 0
define total(lines: list[Line]) -> int = sum(line.price for line in lines)

{CLAMP}
intent f(lines: list[Line], s: str) -> Even
  """
  Prose with "quotes", 𝄞 and # signs.
  """
  requires forall line in lines: line.price > 0 and s.startswith("𝄞")   @security
  ensures  good: result == total(lines) when len(s) > 1
  raises   ValueError when s == ""
  modifies lines
  invariant i <= len(lines)
  example  f([Line(price=1, note=None)], s="x") == 2, lines == []
  must     not import
  budget   60s, $0.05
intent "free prose"
'''
PIECES = ["\n", "\r\n", " ", "\t", '"""', '"', "(", ")", "{", ".", ":", "@", "#", "𝄞", "\u2028"]


def ask_everything(snapshot: Snapshot, known: dict[str, Known], at: Position) -> None:
    end = snapshot.position_at(len(snapshot.text), "utf-16")
    whole = Range(Position(0, 0), end)
    ranges: list[Range] = []
    found = hover(snapshot, known, at, "utf-16")
    if found is not None:
        ranges.append(found.range)
    completions(snapshot, at, "utf-16")
    place = definition(snapshot, at, "utf-16")
    if place is not None and place.path is None and place.range is not None:
        ranges.append(place.range)
    ranges += [one.range for one in highlights(snapshot, at, "utf-16")]
    ranges += selections(snapshot, at, "utf-16")
    for one in actions(snapshot, known, Range(at, at), "utf-16"):
        ranges += [edit.range for edit in one.edits]
    with contextlib.suppress(UserError):
        ranges.append(prepare_rename(snapshot, at, "utf-16").range)
        ranges += [edit.range for edit in rename(snapshot, at, "another_name", "utf-16")]
    ranges += [one.range for one in lenses(snapshot, known, "utf-16")]
    ranges += [one.range for one in links(snapshot, "utf-16")]
    ranges += [one.range for one in symbols(snapshot, "utf-16")]
    ranges += [one.range for one in matching(snapshot, "l", "utf-16")]
    ranges += [one.range for one in diagnostics(snapshot, known, "utf-16")]
    assert all(one.position <= end for one in inlays(snapshot, known, "utf-16", whole))
    assert all(one.start < one.end < snapshot.line_count for one in folds(snapshot))
    assert len(tokens(snapshot, "utf-16")) % 5 == 0
    for one in ranges:
        assert Position(0, 0) <= one.start <= one.end <= end


@pytest.mark.parametrize("seed", range(40))
def test_broken_texts(seed: int) -> None:
    random = Random(seed)
    text = WHOLE
    for _ in range(seed % 5):
        start = random.randrange(len(text))
        end = min(len(text), start + random.choice([0, 1, 1, 5, 60]))
        text = text[:start] + random.choice(["", *PIECES]) + text[end:]
    known = {"clamp": known_of(opened(CLAMP), clause("inside", Verdict.REFUTED))}
    snapshot = opened(text)
    for _ in range(30):
        offset = random.randrange(len(text) + 1)
        ask_everything(snapshot, known, snapshot.position_at(offset, "utf-16"))
    ask_everything(snapshot, known, Position(10_000, 0))
    ask_everything(snapshot, known, Position(3, 10_000))
