"""Edits around a clause leave its obligations as they are, byte for byte: a sample of programs with
everything else permuted, renamed and moved.
"""

from __future__ import annotations

import ast
import re

import pytest

from axiom_verifiers.contracts.reading import read
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.obligations import derive
from tests.verifiers.corpus.reading import Variant, variants

_EVERY = 24
SAMPLE = [one for one in variants() if one.truth == "good"][::_EVERY]


def _texts(intent: str, code: str) -> dict[str, list[str]]:
    """The questions of each clause, under the text that the clause has. That a clause means
    something rests on the clauses before it, so their order counts there; and each clause of a
    function that calls itself rests on all, in their order.
    """
    contract = list(read(intent).contracts.values())[-1]
    named = {one.id: one.text for one in (*contract.ensures, *contract.raises)}
    found: dict[str, list[str]] = {}
    for one in derive(translate(code, contract), contract):
        name = named.get(one.clause, one.clause)
        if one.kind != "well-definedness":
            found.setdefault(name, []).append(one.problem.script().full)
    return {name: sorted(texts) for name, texts in found.items()}


def moved(intent: str, code: str) -> tuple[str, str]:
    """The code lower in its file, with comments, and between functions that it does not call."""
    plain = "\\\n" not in code and '"""' not in code
    noted = re.sub(r"^(    .*)$", r"\n\1  # Noted.", code, flags=re.MULTILINE) if plain else code
    before = '"""A module."""\n\n\ndef aaa_other(n):\n    return n + 1\n\n\n'
    return intent, before + noted + "\n\ndef zzz_other(xs):\n    return [x for x in xs]\n"


def renamed(intent: str, code: str) -> tuple[str, str]:
    """Every local of the functions under another name, so that their order is another too."""
    tree = ast.parse(code)
    kept = {word.arg for word in ast.walk(tree) if isinstance(word, ast.keyword)}
    kept |= {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    kept |= {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    kept |= {
        one.id
        for whole in tree.body
        if not isinstance(whole, ast.FunctionDef)
        for one in ast.walk(whole)
        if isinstance(one, ast.Name)
    }
    locals_ = {
        one.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    names = sorted(locals_ - kept)
    for number, name in enumerate(names):
        # Neither in an attribute nor in a text.
        code = re.sub(rf"(?<![\w.\"']){name}(?![\w\"'])", f"local{len(names) - number}", code)
    return intent, code


def permuted(intent: str, code: str) -> tuple[str, str]:
    """The clauses of one line that say what is ensured, in the opposite order."""
    lines = intent.rstrip("\n").split("\n")
    places = [at for at, line in enumerate(lines) if line.startswith("  ensures ")]
    said = [lines[at] for at in places]
    for at, line in zip(places, reversed(said), strict=True):
        lines[at] = line
    return "\n".join(lines) + "\n", code


@pytest.mark.parametrize("variant", SAMPLE, ids=lambda one: one.id)
def test_edits_around_it_change_no_question(variant: Variant) -> None:
    texts = _texts(variant.intent, variant.code)
    for edit in (moved, renamed, permuted):
        if edit is not permuted or variant.family != "recursion":
            assert _texts(*edit(variant.intent, variant.code)) == texts, edit.__name__


def test_the_edits_are_edits() -> None:
    for edit in (moved, renamed, permuted):
        changed = [one for one in SAMPLE if edit(one.intent, one.code) != (one.intent, one.code)]
        assert 3 * len(changed) > len(SAMPLE), edit.__name__
