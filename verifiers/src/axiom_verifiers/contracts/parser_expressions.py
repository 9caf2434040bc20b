"""From the syntax tree to expressions and types."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal, cast

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.literals import read_number, read_string
from axiom_verifiers.contracts.source import Edit, Fix, Problem, Span
from axiom_verifiers.contracts.tree import Node, parts

# Python's own parser stops at 200 brackets; what works on expressions recurses once or twice
# per level, so that deeper ones would meet the interpreter's limit of 1000 frames.
DEPTH_LIMIT = 150


class ExpressionReader:
    """Reads nodes of one text; `base` is what its offsets lack to those of the item."""

    def __init__(self, data: bytes, base: int = 0, *, torn: bool = False) -> None:
        self.data = data
        self.base = base
        # The tree has errors, told by who called this; what is missing in it needs no word.
        self.torn = torn
        self.problems: list[Problem] = []
        self._too_deep = False

    # ------------------------------------------------------------- places

    def span(self, node: Node) -> Span:
        return Span(node.start_byte + self.base, node.end_byte + self.base)

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def report(self, code: str, message: str, span: Span, *fixes: Fix) -> None:
        self.problems.append(Problem(code, message, span, fixes=fixes))

    def name(self, node: Node) -> s.Name:
        return s.Name(span=self.span(node), id=self.identifier(node))

    def identifier(self, node: Node) -> str:
        """Python's normal form of an identifier."""
        text = self.text(node)
        return text if text.isascii() else unicodedata.normalize("NFKC", text)

    # ------------------------------------------------------------- expressions

    def expression(self, node: Node | None, depth: int = 0) -> s.Syntax:
        """The expression of a node; an `ErrorExpr` where the tree says that it is broken.

        What is broken is told by who reads the clause, who knows what may stand there.
        """
        if node is None:
            return s.ErrorExpr(span=Span(self.base, self.base))
        while node.type == "parenthesized" and depth <= DEPTH_LIMIT:
            inner = parts(node)
            if len(inner) != 1 or inner[0].type == "ERROR":
                return s.ErrorExpr(span=self.span(node))
            node = inner[0]
            depth += 1
        if depth > DEPTH_LIMIT:
            if not self._too_deep:
                self._too_deep = True
                self.report(
                    "nested-too-deep",
                    f"This expression nests more than {DEPTH_LIMIT} levels deep; name its parts "
                    "with `define`.",
                    self.span(node),
                )
            return s.ErrorExpr(span=self.span(node))
        read = _READERS.get(node.type)
        if read is None or node.is_missing or any(child.is_error for child in node.children):
            return s.ErrorExpr(span=self.span(node))
        return read(self, node, depth + 1)

    def field(self, node: Node, name: str, depth: int) -> s.Syntax:
        child = node.child_by_field_name(name)
        if child is None or child.is_missing:
            return s.ErrorExpr(span=self.span(child or node))
        return self.expression(child, depth)

    def _optional(self, node: Node, name: str, depth: int) -> s.Syntax | None:
        child = node.child_by_field_name(name)
        return None if child is None else self.expression(child, depth)

    def _all(self, nodes: Iterable[Node], depth: int) -> tuple[s.Syntax, ...]:
        return tuple(self.expression(node, depth) for node in nodes)

    def read_name(self, node: Node, depth: int) -> s.Syntax:
        return self.name(node)

    def read_word(self, node: Node, depth: int) -> s.Syntax:
        span = self.span(node)
        if node.type == "none":
            return s.NoneLiteral(span=span)
        return s.BoolLiteral(span=span, value=node.type == "true")

    def read_number(self, node: Node, depth: int) -> s.Syntax:
        span = self.span(node)
        value = read_number(self.text(node), span)
        match value:
            case int():
                return s.IntLiteral(span=span, value=value)
            case float():
                return s.FloatLiteral(span=span, value=value)
            case Problem():
                self.problems.append(value)
                return s.ErrorExpr(span=span)

    def read_string(self, node: Node, depth: int) -> s.Syntax:
        return self.string(node)

    def string(self, node: Node) -> s.StrLiteral | s.BytesLiteral | s.ErrorExpr:
        """A string, its adjacent pieces joined as in Python."""
        span = self.span(node)
        values: list[str | bytes] = []
        for piece in parts(node):
            if piece.is_missing or piece.is_error:
                return s.ErrorExpr(span=span)
            place = self.span(piece)
            shown = self.text(piece)
            if piece.type == "unclosed_string":
                quote = "'" if shown.lstrip("rRbBuUfF").startswith("'") else '"'
                self.report(
                    "unclosed-string",
                    f"This string is not closed on its line; it needs a `{quote}` at its end.",
                    place,
                    Fix(f"Close the string with {quote}", (_insert(place.end, quote),)),
                )
                return s.ErrorExpr(span=span)
            value, problems = read_string(shown, place)
            self.problems.extend(problems)
            values.append(value)
        if all(isinstance(value, str) for value in values):
            return s.StrLiteral(span=span, value="".join(cast("list[str]", values)))
        if all(isinstance(value, bytes) for value in values):
            return s.BytesLiteral(span=span, value=b"".join(cast("list[bytes]", values)))
        self.report("bad-string", "Text and bytes cannot be joined in one string.", span)
        return s.ErrorExpr(span=span)

    def read_unary(self, node: Node, depth: int) -> s.Syntax:
        operator = node.child_by_field_name("operator")
        op = "not" if operator is None else operator.type
        return s.Unary(
            span=self.span(node),
            op=cast("Literal['-', '+', '~', 'not']", op),
            operand=self.field(node, "operand", depth),
        )

    def read_binary(self, node: Node, depth: int) -> s.Syntax:
        operator = node.child_by_field_name("operator")
        assert operator is not None
        return s.Binary(
            span=self.span(node),
            op=cast("_BinaryOp", operator.type),
            left=self.field(node, "left", depth),
            right=self.field(node, "right", depth),
        )

    def read_logical(self, node: Node, depth: int) -> s.Syntax:
        operator = node.child_by_field_name("operator")
        left = node.child_by_field_name("left")
        assert operator is not None
        assert left is not None
        if operator.type == "iff" and left.type == "logical":
            inner = left.child_by_field_name("operator")
            if inner is not None and inner.type == "iff":
                place = self.span(left)
                self.report(
                    "chained-iff",
                    "`iff` is not chained: `a iff b iff c` could mean two things. "
                    "Put brackets around the pair that belongs together.",
                    self.span(operator),
                    Fix(
                        "Put the first pair in brackets",
                        (_insert(place.start, "("), _insert(place.end, ")")),
                    ),
                )
        return s.Logical(
            span=self.span(node),
            op=cast("Literal['and', 'or', 'implies', 'iff']", operator.type),
            left=self.expression(left, depth),
            right=self.field(node, "right", depth),
        )

    def read_comparison(self, node: Node, depth: int) -> s.Syntax:
        operands: list[s.Syntax] = []
        operators: list[str] = []
        for child in node.children:
            kind = child.type
            if kind in {"not_in", "is_not"}:
                operators.append(kind.replace("_", " "))
            elif not child.is_named:
                operators.append(kind)
            elif kind != "comment":
                operands.append(self.expression(child, depth))
        links = tuple(zip(cast("list[s.CompareOp]", operators), operands[1:], strict=True))
        return s.Compare(span=self.span(node), first=operands[0], links=links)

    def read_conditional(self, node: Node, depth: int) -> s.Syntax:
        return s.Conditional(
            span=self.span(node),
            condition=self.field(node, "condition", depth),
            then=self.field(node, "then", depth),
            otherwise=self.field(node, "otherwise", depth),
        )

    def read_subscript(self, node: Node, depth: int) -> s.Syntax:
        value = self.field(node, "value", depth)
        cutting = next((child for child in node.children if child.type == "slice"), None)
        if cutting is not None:
            return s.Slice(
                span=self.span(node),
                value=value,
                lower=self._optional(cutting, "lower", depth),
                upper=self._optional(cutting, "upper", depth),
                step=self._optional(cutting, "step", depth),
            )
        return s.Index(span=self.span(node), value=value, index=self.field(node, "index", depth))

    def read_attribute(self, node: Node, depth: int) -> s.Syntax:
        name = node.child_by_field_name("name")
        if name is None or name.is_missing:
            return s.ErrorExpr(span=self.span(node))
        return s.Attribute(
            span=self.span(node),
            value=self.field(node, "value", depth),
            name=self.identifier(name),
            name_span=self.span(name),
        )

    def read_call(self, node: Node, depth: int) -> s.Syntax:
        span = self.span(node)
        function = self.field(node, "function", depth)
        if not isinstance(function, s.Name | s.Attribute | s.ErrorExpr):
            self.report(
                "not-a-function",
                "Only a name or a method is called, as in `len(xs)` or `text.split()`.",
                function.span,
            )
            function = s.ErrorExpr(span=function.span)
        arguments = node.child_by_field_name("arguments")
        args: list[s.Syntax] = []
        keywords: list[tuple[str, s.Syntax]] = []
        for argument in [] if arguments is None else parts(arguments):
            if argument.type == "generator_argument":
                args.append(self._comprehension_of("generator", argument, depth))
            elif argument.type == "keyword_argument":
                name = argument.child_by_field_name("name")
                assert name is not None
                keywords.append((self.identifier(name), self.field(argument, "value", depth)))
            else:
                if keywords and argument.type != "ERROR":
                    self.report(
                        "misplaced-argument",
                        "An argument without a name cannot follow one with a name.",
                        self.span(argument),
                    )
                args.append(self.expression(argument, depth))
        return s.Call(span=span, function=function, args=tuple(args), keywords=tuple(keywords))

    def read_display(self, node: Node, depth: int) -> s.Syntax:
        span, items = self.span(node), self._all(parts(node), depth)
        match node.type:
            case "list":
                return s.ListDisplay(span=span, items=items)
            case "set":
                return s.SetDisplay(span=span, items=items)
            case _:
                return s.TupleDisplay(span=span, items=items)

    def read_dict(self, node: Node, depth: int) -> s.Syntax:
        items = tuple(
            (self.field(pair, "key", depth), self.field(pair, "value", depth))
            for pair in parts(node)
        )
        return s.DictDisplay(span=self.span(node), items=items)

    def read_comprehension(self, node: Node, depth: int) -> s.Syntax:
        kind = node.type.partition("_")[0]
        if kind == "generator":
            span = self.span(node)
            self.report(
                "bare-generator",
                "A generator stands only as the sole argument of a call, as in "
                "`sum(x for x in xs)`; a list is written with `[` and `]`.",
                span,
                Fix(
                    "Make it a list",
                    (
                        Edit(Span(span.start, span.start + 1), "["),
                        Edit(Span(span.end - 1, span.end), "]"),
                    ),
                ),
            )
        return self._comprehension_of(cast("_ComprehensionKind", kind), node, depth)

    def _comprehension_of(
        self, kind: _ComprehensionKind, node: Node, depth: int
    ) -> s.Comprehension:
        element = node.child_by_field_name("element")
        assert element is not None
        value: s.Syntax | None = None
        if element.type == "pair":
            value = self.field(element, "value", depth)
            key = self.field(element, "key", depth)
        else:
            key = self.expression(element, depth)
        generators: list[s.Generator] = []
        for part in parts(node):
            if part.type != "for":
                continue
            target = part.child_by_field_name("target")
            assert target is not None
            conditions = self._all(part.children_by_field_name("condition"), depth)
            generators.append(
                s.Generator(
                    span=self.span(part),
                    target=self.target(target),
                    iterable=self.field(part, "iterable", depth),
                    conditions=conditions,
                )
            )
        return s.Comprehension(
            span=self.span(node),
            kind=kind,
            element=key,
            value=value,
            generators=tuple(generators),
        )

    def target(self, node: Node, depth: int = 0) -> s.Target:
        """A name, or a tuple of targets."""
        span = self.span(node)
        if node.type == "identifier":
            return s.Target(span=span, name=self.identifier(node))
        inner = [part for part in parts(node) if not part.is_error]
        if depth > DEPTH_LIMIT:
            self.report("nested-too-deep", "This target nests too deep.", span)
            return s.Target(span=span, name="_")
        commas = any(child.type == "," for child in node.children)
        if len(inner) == 1 and not commas and node.children[0].type != "[":
            return self.target(inner[0], depth + 1)
        return s.Target(
            span=span, name=None, items=tuple(self.target(part, depth + 1) for part in inner)
        )

    def read_quantifier(self, node: Node, depth: int) -> s.Syntax:
        kind = node.child_by_field_name("kind")
        assert kind is not None
        name = node.child_by_field_name("name")
        over = node.child_by_field_name("over")
        target = node.child_by_field_name("target")
        body = self.field(node, "body", depth)
        if name is None and target is None:
            return s.ErrorExpr(span=self.span(node))
        return s.Quantifier(
            span=self.span(node),
            kind=cast("Literal['forall', 'exists']", kind.type),
            target=self.target(cast("Node", name or target)),
            domain=None if name is not None else self.field(node, "domain", depth),
            over=None if over is None else self.type(over, depth),
            body=body,
        )

    # ------------------------------------------------------------- types

    def type(self, node: Node | None, depth: int = 0) -> s.TypeSyntax:
        if node is None or node.is_missing or node.is_error or depth > DEPTH_LIMIT:
            place = Span(self.base, self.base) if node is None else self.span(node)
            if depth > DEPTH_LIMIT:
                self.report("nested-too-deep", "This type nests too deep.", place)
            return s.ErrorType(span=place)
        span = self.span(node)
        if any(child.is_error for child in node.children):
            return s.ErrorType(span=span)
        match node.type:
            case "type_name":
                return s.TypeName(span=span, id=self.identifier(node))
            case "type_application":
                return self._application(node, depth)
            case "optional_type":
                item = node.child_by_field_name("item")
                return s.TypeOptional(span=span, item=self.type(item, depth + 1))
            case "union_type":
                return self._union(node, depth)
            case _:
                return s.ErrorType(span=span)

    def _application(self, node: Node, depth: int) -> s.TypeSyntax:
        constructor = node.child_by_field_name("constructor")
        assert constructor is not None
        args: list[s.TypeSyntax] = []
        for argument in parts(node)[1:]:
            if argument.type == "ellipsis":
                self.report(
                    "variadic-tuple",
                    "Tuples have a fixed length here; for any number of equal items use `list[T]`.",
                    self.span(argument),
                )
                return s.ErrorType(span=self.span(node))
            args.append(self.type(argument, depth + 1))
        if not args:
            self.report(
                "missing-type",
                f"`{self.text(constructor)}[…]` needs the types of what it holds.",
                self.span(node),
            )
            return s.ErrorType(span=self.span(node))
        return s.TypeApply(
            span=self.span(node), constructor=self.identifier(constructor), args=tuple(args)
        )

    def _union(self, node: Node, depth: int) -> s.TypeSyntax:
        span = self.span(node)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return s.ErrorType(span=span)
        if self.text(right) == "None" or self.text(left) == "None":
            item = left if self.text(right) == "None" else right
            wanted = f"{self.text(item)}?"
            self.report(
                "union-type",
                f"An optional type is written `{wanted}`.",
                span,
                Fix(f"Write {wanted}", (Edit(span, wanted),)),
            )
            return s.TypeOptional(span=span, item=self.type(item, depth + 1))
        self.report(
            "union-type",
            "There are no unions of types, only `T?` for a T or None.",
            span,
        )
        return s.ErrorType(span=span)


def _insert(at: int, text: str) -> Edit:
    return Edit(Span(at, at), text)


_BinaryOp = Literal["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
_ComprehensionKind = Literal["list", "set", "dict", "generator"]
_R = ExpressionReader
_READERS: dict[str, Callable[[ExpressionReader, Node, int], s.Syntax]] = {
    "identifier": _R.read_name,
    "true": _R.read_word,
    "false": _R.read_word,
    "none": _R.read_word,
    "number": _R.read_number,
    "string": _R.read_string,
    "unary": _R.read_unary,
    "negation": _R.read_unary,
    "binary": _R.read_binary,
    "logical": _R.read_logical,
    "comparison": _R.read_comparison,
    "conditional": _R.read_conditional,
    "subscript": _R.read_subscript,
    "attribute": _R.read_attribute,
    "call": _R.read_call,
    "list": _R.read_display,
    "set": _R.read_display,
    "tuple": _R.read_display,
    "bare_tuple": _R.read_display,
    "dict": _R.read_dict,
    "list_comprehension": _R.read_comprehension,
    "set_comprehension": _R.read_comprehension,
    "dict_comprehension": _R.read_comprehension,
    "generator_expression": _R.read_comprehension,
    "quantifier": _R.read_quantifier,
}
