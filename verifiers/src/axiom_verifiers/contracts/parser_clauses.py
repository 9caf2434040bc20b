"""From the syntax tree to the clauses of an intent."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable
from typing import Literal, cast

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.items import CLAUSE_WORDS
from axiom_verifiers.contracts.parser_expressions import ExpressionReader
from axiom_verifiers.contracts.source import Edit, Fix, Span
from axiom_verifiers.contracts.tree import Node, parts

MUST_WORDS = ("import", "recurse", "loop", "print", "terminate")

# What stands beside an operator whose meaning needs brackets in an example's value.
_LOOSE = frozenset({"comparison", "logical", "negation", "conditional", "quantifier"})


class ClauseReader(ExpressionReader):
    """Reads clause nodes of one text."""

    def clause(self, node: Node) -> s.Clause | None:
        """The clause of a node; None when nothing of it could be read."""
        read = _READERS.get(node.type)
        return None if read is None else read(self, node)

    # ------------------------------------------------------------- parts of clauses

    def _label(self, node: Node) -> s.Label | None:
        label = next((child for child in node.children if child.type == "label"), None)
        name = None if label is None else label.child_by_field_name("name")
        if name is None or name.is_missing:
            return None
        return s.Label(span=self.span(name), name=self.identifier(name))

    def _tags(self, node: Node) -> tuple[str, ...]:
        tags: list[str] = []
        for child in node.children:
            if child.type == "tag":
                text = self.text(child)
                if text == "@":
                    self.report(
                        "missing-tag",
                        "After `@` comes a word, as in `@security`.",
                        self.span(child),
                    )
                else:
                    tags.append(text[1:])
        return tuple(tags)

    def _required(self, node: Node, field: str, wanted: str) -> s.Syntax:
        """An expression that has to stand there; its lack is told unless worse is."""
        child = node.child_by_field_name(field)
        if child is not None:
            return self.expression(child)
        end = self._end(node)
        if not self.torn:
            keyword = self.text(node.children[0])
            self.report("missing-expression", f"After `{keyword}` comes {wanted}.", end)
        return s.ErrorExpr(span=end)

    def _end(self, node: Node) -> Span:
        """The last character of a node, where something is missing after it."""
        end = node.end_byte + self.base
        return Span(max(end - 1, node.start_byte + self.base), end)

    def _when(self, node: Node) -> tuple[Node, s.Syntax] | None:
        child = next((child for child in node.children if child.type == "when"), None)
        if child is None:
            return None
        return child, self._required(
            child, "condition", "a condition on the state before the call, as in `when x > 0`"
        )

    # ------------------------------------------------------------- clauses

    def read_prose(self, node: Node) -> s.Clause | None:
        child = next((child for child in node.children if child.is_named), None)
        if child is None:
            return None
        span, text = self.span(child), self.text(child)
        if child.type == "unclosed_prose":
            self.report(
                "unclosed-prose",
                'This prose is not closed; it ends with `"""`.',
                Span(span.start, span.start + 3),
                Fix('Close the prose with """', (Edit(Span(span.end, span.end), ' """'),)),
            )
        return s.Prose(span=span, text=prose_text(text))

    def read_requires(self, node: Node) -> s.Clause | None:
        when = self._when(node)
        condition = self._required(node, "condition", "a condition on the parameters")
        if when is not None:
            place = self.span(when[0])
            guard = self.data[when[1].span.start - self.base : when[1].span.end - self.base].decode(
                "utf-8", "replace"
            )
            at = condition.span.start
            self.report(
                "misplaced-when",
                "`requires` has no `when`; write `CONDITION implies …` instead.",
                place,
                Fix(
                    "Write it with implies",
                    (
                        Edit(Span(at, at), f"({guard}) implies ("),
                        Edit(Span(condition.span.end, place.end), ")"),
                    ),
                ),
            )
        return s.Requires(
            span=self.span(node),
            label=self._label(node),
            condition=condition,
            tags=self._tags(node),
        )

    def read_ensures(self, node: Node) -> s.Clause | None:
        when = self._when(node)
        return s.Ensures(
            span=self.span(node),
            label=self._label(node),
            condition=self._required(node, "condition", "a condition on `result` and parameters"),
            when=None if when is None else when[1],
            tags=self._tags(node),
        )

    def read_raises(self, node: Node) -> s.Clause | None:
        error = node.child_by_field_name("error")
        when = self._when(node)
        if error is None or error.is_missing:
            if not self.torn:
                self.report(
                    "missing-error",
                    "After `raises` comes the exception, as in `raises ValueError when x < 0`.",
                    self._end(node),
                )
            return None
        if when is None:
            end = self.span(error)
            if not self.torn:
                self.report(
                    "missing-when",
                    "A `raises` says when: `raises "
                    f"{self.text(error)} when CONDITION`; for always write `when True`.",
                    end,
                    Fix("Add `when True`", (Edit(Span(end.end, end.end), " when True"),)),
                )
            condition: s.Syntax = s.ErrorExpr(span=end)
        else:
            condition = when[1]
        return s.Raises(
            span=self.span(node),
            label=self._label(node),
            error=self.name(error),
            when=condition,
            tags=self._tags(node),
        )

    def read_modifies(self, node: Node) -> s.Clause | None:
        names = tuple(
            self.name(child)
            for child in node.children_by_field_name("name")
            if child.is_named and not child.is_missing
        )
        if not names and not self.torn:
            self.report(
                "missing-name",
                "After `modifies` come the parameters that the code may change, with commas "
                "between them.",
                self._end(node),
            )
        return s.Modifies(span=self.span(node), names=names)

    def read_example(self, node: Node) -> s.Clause | None:
        call_node = node.child_by_field_name("call")
        form = "an example is `CALL == VALUE` or `CALL raises ERROR`"
        if call_node is None:
            if not self.torn:
                self.report("missing-example", f"Nothing follows; {form}.", self._end(node))
            return None
        call = self.expression(call_node)
        if not isinstance(call, s.Call):
            if not isinstance(call, s.ErrorExpr) and not self.torn:
                self.report("not-a-call", f"This is not a call of the intent; {form}.", call.span)
            return None
        error = node.child_by_field_name("error")
        expected = node.child_by_field_name("expected")
        if expected is None and error is None:
            if not self.torn:
                self.report(
                    "missing-example", f"What the call gives is not said; {form}.", self._end(node)
                )
            return None
        if expected is not None:
            self._closed_value(expected)
        after: list[tuple[s.Name, s.Syntax]] = []
        for child in parts(node):
            if child.type != "after":
                continue
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            assert name is not None
            if value is None:
                if not self.torn:
                    self.report(
                        "missing-value",
                        "After the value of the call come the parameters as the call leaves "
                        f"them: `{self.text(name)} == VALUE`.",
                        self.span(child),
                    )
                continue
            self._closed_value(value)
            after.append((self.name(name), self.expression(value)))
        return s.Example(
            span=self.span(node),
            call=call,
            expected=None if expected is None else self.expression(expected),
            error=None if error is None else self.name(error),
            after=tuple(after),
        )

    def _closed_value(self, node: Node) -> None:
        if node.type in _LOOSE:
            span = self.span(node)
            self.report(
                "example-brackets",
                "Python would read this comparison otherwise; put the value in brackets.",
                span,
                Fix(
                    "Put the value in brackets",
                    (
                        Edit(Span(span.start, span.start), "("),
                        Edit(Span(span.end, span.end), ")"),
                    ),
                ),
            )

    def read_must(self, node: Node) -> s.Clause | None:
        negated = any(child.type == "not" for child in node.children)
        what, prose = node.child_by_field_name("what"), node.child_by_field_name("prose")
        words = ", ".join(f"`{word}`" for word in MUST_WORDS[:-1])
        if prose is not None:
            string = self.string(prose)
            if not isinstance(string, s.StrLiteral):
                return None
            text = s.Prose(span=string.span, text=string.value)
            return s.Must(span=self.span(node), negated=negated, what=None, prose=text)
        if what is None:
            if not self.torn:
                self.report(
                    "missing-must",
                    f"After `must` comes one of {words} (with or without `not`), `terminate`, or "
                    "free prose in quotes.",
                    self._end(node),
                )
            return None
        word, span = self.text(what), self.span(what)
        if word not in MUST_WORDS:
            self.report(
                "unknown-must",
                f"`{word}` is none of {words} and `terminate`; any other demand is written as "
                "prose in quotes.",
                span,
                *nearest_fixes(word, MUST_WORDS, span),
            )
            return None
        if word == "terminate" and negated:
            self.report(
                "unknown-must",
                "Every intent has to end, so `must not terminate` cannot be asked.",
                span,
            )
            return None
        return s.Must(span=self.span(node), negated=negated, what=word)

    def read_invariant(self, node: Node) -> s.Clause | None:
        condition = self._required(node, "condition", "a condition that holds in every round")
        return s.Invariant(span=self.span(node), condition=condition)

    def read_decreases(self, node: Node) -> s.Clause | None:
        measure = self._required(node, "measure", "a number that gets smaller in every round")
        return s.Decreases(span=self.span(node), measure=measure)

    def read_setting(self, node: Node) -> s.Clause | None:
        name = node.child_by_field_name("name")
        assert name is not None
        texts = [
            word
            for child in node.children_by_field_name("text")
            for word in self.text(child).split()
        ]
        if not texts and not self.torn:
            self.report("missing-value", f"After `{name.type}` comes its value.", self._end(node))
        return s.Setting(
            span=self.span(node), name=cast("_SettingName", name.type), text=" ".join(texts)
        )

    def read_unknown(self, node: Node) -> s.Clause | None:
        first = node.children[0]
        text = self.text(first)
        word = text.split()[0] if text.split() else text
        word = word.split(":")[0].split("(")[0][:40] or text[:1]
        span = Span(first.start_byte + self.base, first.start_byte + self.base + len(word.encode()))
        fixes = nearest_fixes(word, CLAUSE_WORDS, span)
        offer = f" Did you mean `{fixes[0].edits[0].text}`?" if fixes else ""
        self.report(
            "unknown-clause",
            f"`{word}` does not begin a clause; there are {', '.join(CLAUSE_WORDS)} and prose "
            f"in triple quotes.{offer} A line that goes on with the clause above it is indented "
            "deeper than that.",
            span,
            *fixes,
        )
        return None


def prose_text(text: str) -> str:
    """What stands between the triple quotes, dedented, without space at the ends of lines."""
    inner = text[3:]
    if len(text) >= 6 and text.endswith('"""'):
        inner = inner[:-3]
    inner = inner.replace("\r\n", "\n").replace("\r", "\n")
    first, line_end, rest = inner.partition("\n")
    dedented = (first.strip() + line_end + textwrap.dedent(rest)).strip()
    return "\n".join(line.rstrip() for line in dedented.split("\n"))


def nearest_fixes(word: str, known: tuple[str, ...], span: Span) -> tuple[Fix, ...]:
    """A change to the known word that is nearest to the one written, if any is near."""
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return tuple(Fix(f"Change to {name}", (Edit(span, name),)) for name in near)


_MustWord = Literal["import", "recurse", "loop", "print", "terminate"]
_SettingName = Literal["target", "model", "budget", "context", "trust", "temperature", "candidates"]
_C = ClauseReader
_READERS: dict[str, Callable[[ClauseReader, Node], s.Clause | None]] = {
    "prose_clause": _C.read_prose,
    "requires_clause": _C.read_requires,
    "ensures_clause": _C.read_ensures,
    "raises_clause": _C.read_raises,
    "modifies_clause": _C.read_modifies,
    "example_clause": _C.read_example,
    "must_clause": _C.read_must,
    "invariant_clause": _C.read_invariant,
    "decreases_clause": _C.read_decreases,
    "setting_clause": _C.read_setting,
    "unknown_clause": _C.read_unknown,
}
CLAUSE_NODES = frozenset(_READERS)
