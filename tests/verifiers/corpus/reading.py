"""The corpus as data: functions with known answers, one Markdown file each.

The front matter names the family, whether the function is `expected` or `hard` (marked before
anything was run on it, and not changed afterwards), and the truth about each variant, checked by
hand: `good`, it meets the contract on every input, or `bad`, some input breaks it. Behind `bad`
may stand `on` and the arguments that break it, where the search would not find them.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal, NamedTuple, cast

from axiom_verifiers.contracts.contract import Contract
from tests.verifiers.fuzz.soundness import contract_of

HERE = Path(__file__).parent
Truth = Literal["good", "bad"]
Mark = Literal["expected", "hard"]


class Variant(NamedTuple):
    """One code and the truth about it; `breaks` is the text of arguments that show it, or empty."""

    function: str
    name: str
    family: str
    mark: Mark
    truth: Truth
    breaks: str
    intent: str
    code: str

    @property
    def id(self) -> str:
        return f"{self.function}/{self.name}"

    @property
    def contract(self) -> Contract:
        """The last contract of the intent, which must be free of errors."""
        return contract_of(self.intent)


def parse(function: str, text: str) -> list[Variant]:
    """The variants of one file's text; asserts that it has the form that all have."""
    _, front, body = text.split("---\n", 2)
    fields = dict(
        line.split(": ", 1) for line in front.splitlines() if line[0] != " " and ": " in line
    )
    assert fields["marked"] in ("expected", "hard"), f"{function}: marked {fields['marked']}"
    truths = dict(line.strip().split(": ", 1) for line in front.splitlines() if line[0] == " ")
    intent = body.split("```intent\n")[1].split("```")[0]
    found: list[Variant] = []
    for section in body.split("\n## ")[1:]:
        name, _, rest = section.partition("\n")
        truth, _, breaks = truths.pop(name.strip()).partition(" on ")
        assert truth in ("good", "bad"), f"{function}/{name}: {truth}"
        found.append(
            Variant(
                function=function,
                name=name.strip(),
                family=fields["family"],
                mark=cast("Mark", fields["marked"]),
                truth=cast("Truth", truth),
                breaks=breaks,
                intent=intent,
                code=rest.split("```python\n")[1].split("```")[0],
            )
        )
    assert not truths, f"{function}: no section for {list(truths)}"
    return found


@functools.cache
def variants() -> tuple[Variant, ...]:
    """Every variant of every file, in the order of their names."""
    return tuple(
        one for path in sorted(HERE.glob("*.md")) for one in parse(path.stem, path.read_text())
    )


def chosen(names: list[str]) -> list[Variant]:
    """Those of the functions or variants named, or of the families; all when none is named."""
    return [
        one
        for one in variants()
        if not names or one.function in names or one.id in names or one.family in names
    ]
