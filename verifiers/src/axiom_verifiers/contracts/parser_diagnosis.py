"""Says what is wrong with text that the grammar refuses: the first token that cannot stand.

tree-sitter recovers from errors and keeps what it can, but does not say what it expected. So
the text of a refused clause or head is read once more here, by recursive descent and only to
accept or refuse; what refuses it knows what was found and what would fit.
"""

from __future__ import annotations

import unicodedata

from axiom_verifiers.contracts.items import CLAUSE_WORDS, ITEM_WORDS
from axiom_verifiers.contracts.parser_clauses import nearest_fixes
from axiom_verifiers.contracts.parser_expressions import DEPTH_LIMIT
from axiom_verifiers.contracts.parser_habits import habit
from axiom_verifiers.contracts.parser_tokens import Token, tokens
from axiom_verifiers.contracts.source import Edit, Fix, Problem, Span

_LOGICAL = frozenset({"and", "or", "implies", "iff"})
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "is"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"})
_NO_OPERAND = frozenset(
    {"and", "or", "in", "is", "if", "else", "for", "implies", "iff", "when", "where"}
    | {"lambda", "not", "return"}
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_JOINING = ("and", "or", "implies", "iff", "when", "if", "in", "is", "not", "for", "where")


class _Refusal(Exception):  # noqa: N818 - it carries a finding of the reader, not a fault
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def diagnose(data: bytes, base: int, keyword: str) -> Problem | None:
    """The first fault of a clause (or of an item's head) that begins with `keyword`.

    None when this reader finds none.
    """
    reader = _Recogniser(list(tokens(data.decode("utf-8", "replace"), base)))
    try:
        reader.statement(keyword)
    except _Refusal as refusal:
        return refusal.problem
    except RecursionError:
        return Problem(
            "nested-too-deep",
            f"This text nests more than {DEPTH_LIMIT} levels deep, and brackets are not closed.",
            Span(base, base + len(data)),
        )
    return None


class _Recogniser:
    def __init__(self, given: list[Token]) -> None:
        self._tokens = given
        self._at = 0
        self._depth = 0

    # ------------------------------------------------------------- tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in {"name", "op"} and self._next.text in texts

    def _accept(self, *texts: str) -> bool:
        if self._is(*texts):
            self._take()
            return True
        return False

    def _name(self, what: str) -> None:
        if self._next.kind != "name":
            self._refuse(what)
        self._take()

    def _last(self) -> Span:
        return self._tokens[max(self._at - 1, 0)].span

    # ------------------------------------------------------------- refusals

    def _refuse(self, expected: str) -> None:
        """Raises what is wrong with the next token, where `expected` would fit."""
        token = self._next
        span, shown = token.span, token.text
        if token.kind == "end":
            before = self._tokens[self._at - 1].text if self._at else ""
            self._raise("missing-text", f"After `{_short(before)}` comes {expected}.", self._last())
        if token.kind == "unclosed":
            quote = '"' if '"' in shown[:3] else "'"
            self._raise(
                "unclosed-string",
                f"This string is not closed on its line; it needs a `{quote}` at its end.",
                span,
                Fix(f"Close the string with {quote}", (Edit(Span(span.end, span.end), quote),)),
            )
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        known = habit(token, following, expected)
        if known is not None:
            code, message, place, fixes = known
            self._raise(code, message, place, *fixes)
        if token.kind == "odd":
            name = unicodedata.name(shown, "a control character")
            known = f"U+{ord(shown):04X}, {name}"
            self._raise(
                "unexpected-character",
                f"The character {known} has no meaning here; expected was {expected}.",
                span,
            )
        closing = shown in _CLOSING.values() and token.kind == "op"
        if closing and ("operator" in expected or expected.startswith("the end")):
            self._raise(
                "unexpected-bracket",
                f"`{shown}` closes nothing that is open here; expected was {expected}.",
                span,
            )
        if shown == "lambda":
            self._raise(
                "unexpected-text", "There are no lambdas; give the name of a `define`.", span
            )
        if shown == "return":
            self._raise(
                "unexpected-text",
                "There is no `return`: what is given is written alone.",
                span,
                Fix("Remove the return", (Edit(Span(span.start, following.span.start), ""),)),
            )
        if token.kind == "name" and shown in CLAUSE_WORDS + ITEM_WORDS and self._at:
            self._raise(
                "unexpected-text",
                f"`{shown}` stands in the middle of a line; a clause begins on a line of its "
                f"own. Otherwise expected was {expected}.",
                span,
            )
        joins = token.kind == "name" and expected.startswith("an operator")
        fixes = nearest_fixes(shown, _JOINING, span) if joins and shown not in _JOINING else ()
        offer = f" Did you mean `{fixes[0].edits[0].text}`?" if fixes else ""
        self._raise(
            "unexpected-text",
            f"Found `{_short(shown)}`, expected was {expected}.{offer}",
            span,
            *fixes,
        )

    def _raise(self, code: str, message: str, span: Span, *fixes: Fix) -> None:
        raise _Refusal(Problem(code, message, span, fixes=fixes))

    def _close(self, opening: Token, expected: str) -> None:
        wanted = _CLOSING[opening.text]
        if self._accept(wanted):
            return
        token = self._next
        ended = token.kind in {"end", "tag"} or (token.kind == "name" and token.text == "when")
        if ended or (token.kind == "op" and token.text in _CLOSING.values()):
            place = self._last().end
            self._raise(
                "unclosed-bracket",
                f"This `{opening.text}` is not closed; it needs a `{wanted}`.",
                opening.span,
                Fix(f"Close it with {wanted}", (Edit(Span(place, place), wanted),)),
            )
        self._refuse(f"{expected} or `{wanted}`")

    # ------------------------------------------------------------- statements

    def statement(self, keyword: str) -> None:
        self._take()
        match keyword:
            case "use":
                if self._next.kind not in {"string", "unclosed"}:
                    self._refuse("the file's path in quotes")
                self._string_or_end("the file's path in quotes")
            case "type":
                self._type_item()
            case "define":
                self._define()
            case "intent":
                self._intent()
            case "modifies":
                if self._next.kind != "end":
                    self._name("a parameter's name")
                    while self._accept(","):
                        self._name("a parameter's name")
            case "must":
                self._accept("not")
                if self._next.kind not in {"string", "unclosed"} and self._next.kind != "end":
                    self._name("one word or prose in quotes")
                else:
                    self._string_or_end("one word or prose in quotes")
            case "example":
                self._example()
            case "raises":
                self._label()
                if self._next.kind == "name" and not self._is("when"):
                    self._take()
                self._when_and_tags("`when` and a condition")
            case '"""':
                pass
            case _:
                self._label()
                if self._next.kind != "end":
                    self._expression()
                if keyword in {"requires", "ensures"}:
                    self._when_and_tags("an operator, `when`, or the end of the clause")
        if self._next.kind != "end":
            self._refuse(
                "the end of the item" if keyword in ITEM_WORDS else "the end of the clause"
            )

    def _string_or_end(self, what: str) -> None:
        while self._next.kind == "string":
            self._take()
        if self._next.kind == "unclosed":
            self._refuse(what)

    def _label(self) -> None:
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if self._next.kind == "name" and following.kind == "op" and following.text == ":":
            self._take()
            self._take()
        elif self._is(":"):
            self._raise(
                "missing-label",
                "A label stands before `:`, as in `ensures in_range: 0 <= result`.",
                self._next.span,
                Fix("Remove the colon", (Edit(self._next.span, ""),)),
            )

    def _when_and_tags(self, expected: str) -> None:
        if self._accept("when"):
            self._expression()
            expected = "an operator or the end of the clause"
        while self._next.kind == "tag":
            self._take()
            expected = "another tag or the end of the clause"
        if self._next.kind != "end":
            self._refuse(expected)

    def _example(self) -> None:
        if self._next.kind == "end":
            return
        self._primary("the call of the intent")
        if self._accept("raises"):
            self._name("the name of an exception")
        elif self._accept("=="):
            self._expression()
            while self._accept(","):
                self._name("the name of a parameter")
                if not self._accept("=="):
                    self._refuse("`==` and the value that the parameter has after the call")
                self._expression()
        elif self._next.kind != "end":
            self._refuse("`==` and a value, or `raises` and an exception")

    def _intent(self) -> None:
        if self._next.kind in {"string", "unclosed"}:
            self._string_or_end("prose in quotes")
            return
        self._name("the name of the function")
        if self._is("("):
            self._parameters()
        if self._accept("->"):
            self._type()
        elif self._next.kind != "end":
            self._refuse("`->` and the type of the result, or a clause on a line of its own")

    def _define(self) -> None:
        self._name("the name of what is defined")
        if self._is("("):
            self._parameters()
            if self._accept("->"):
                self._type()
            if self._accept("requires"):
                self._expression()
            if self._accept("decreases"):
                self._expression()
        elif self._accept(":"):
            self._type()
        if self._accept("="):
            self._expression()
        elif self._next.kind != "end":
            self._refuse("`=` and an expression")

    def _type_item(self) -> None:
        self._name("the name of the type")
        if not self._accept("="):
            self._refuse("`=` and a type")
        if self._is("{"):
            opening = self._take()
            while not self._is("}") and self._next.kind != "end":
                self._name("the name of a field")
                if not self._accept(":"):
                    self._refuse("`:` and the field's type")
                self._type()
                if not self._accept(","):
                    break
            self._close(opening, "`,`")
            return
        self._type()
        if self._accept("where"):
            self._expression()

    def _parameters(self) -> None:
        opening = self._take()
        while not self._is(")"):
            if self._next.kind == "end":
                break
            self._name("the name of a parameter")
            if self._accept(":"):
                self._type()
            if self._accept("="):
                self._expression()
            if not self._accept(","):
                break
        self._close(opening, "`,`")

    def _type(self) -> None:
        self._name("a type")
        if self._is("["):
            opening = self._take()
            while not self._is("]") and self._next.kind != "end":
                if not self._accept("..."):
                    self._type()
                if not self._accept(","):
                    break
            self._close(opening, "`,`")
        while self._accept("?"):
            pass
        if self._accept("|"):
            self._type()

    # ------------------------------------------------------------- expressions

    def _expression(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise RecursionError
        self._tight()
        if self._accept("if"):
            self._tight()
            if not self._accept("else"):
                self._refuse("`else` and the value otherwise")
            self._expression()
        self._depth -= 1

    def _tight(self) -> None:
        """Operands and operators, up to what is neither."""
        logical = True
        while True:
            while logical and self._accept("not"):
                pass
            if logical and self._is("forall", "exists"):
                self._quantifier()
                return
            self._arithmetic()
            if self._next.kind not in {"name", "op"}:
                return
            if self._next.text in _COMPARISONS or self._is("not"):
                logical = False
                word = self._take().text
                if word == "not" and not self._accept("in"):
                    self._refuse("`in`, as in `x not in xs`, or an operator before `not`")
                if word == "is":
                    self._accept("not")
            elif self._next.text in _LOGICAL:
                logical = True
                self._take()
            else:
                return

    def _arithmetic(self) -> None:
        while True:
            while self._accept("-", "+", "~"):
                pass
            self._primary("an expression")
            if not self._accept(*_ARITHMETIC):
                return

    def _quantifier(self) -> None:
        kind = self._take().text
        name = self._next.kind == "name"
        self._target()
        if self._accept("in"):
            self._expression()
        elif name and self._accept(":"):
            self._type()
        else:
            self._refuse(f"`in` and what to range over, as in `{kind} x in xs: …`")
        if not self._accept(":"):
            self._refuse("`:` and a condition")
        self._expression()

    def _target(self) -> None:
        while True:
            if self._is("(", "["):
                opening = self._take()
                self._target()
                self._close(opening, "`,`")
            else:
                self._name("a name to bind")
            if not self._accept(",") or self._is("in", ")", "]"):
                return

    def _primary(self, expected: str) -> None:
        token = self._next
        if token.kind in {"number", "string"}:
            self._take()
            while token.kind == "string" and self._next.kind == "string":
                self._take()
        elif token.kind == "name" and token.text not in _NO_OPERAND:
            self._take()
        elif self._is("(", "[", "{"):
            self._bracketed(arguments=False)
        else:
            self._refuse(expected)
        while self._is("(", "[", "."):
            if self._accept("."):
                self._name("the name of a field or method")
            elif self._is("["):
                self._index()
            else:
                self._bracketed(arguments=True)

    def _bracketed(self, *, arguments: bool) -> None:
        opening = self._take()
        while not self._is(_CLOSING[opening.text]):
            following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
            if arguments and self._next.kind == "name" and following.text == "=":
                self._take()
                self._take()
            if self._next.kind in {"end", "tag"}:
                break
            self._expression()
            if opening.text == "{" and self._accept(":"):
                self._expression()
            while self._accept("for"):
                self._target()
                if not self._accept("in"):
                    self._refuse("`in` and what to range over")
                self._tight()
                while self._accept("if"):
                    self._tight()
            if not self._accept(","):
                break
        self._close(opening, "an operator, `,`")

    def _index(self) -> None:
        opening = self._take()
        if self._is("]"):
            self._refuse("an index")
        while not self._is("]") and self._next.kind != "end":
            if not self._is(":"):
                self._expression()
            if not self._accept(":", ","):
                break
        self._close(opening, "an operator, `:`")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
