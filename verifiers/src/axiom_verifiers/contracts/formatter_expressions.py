"""From syntax trees of expressions and types to documents; every token and comment once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from axiom_verifiers.contracts.formatter_layout import (
    Broken,
    Comment,
    Doc,
    Group,
    Hard,
    Line,
    Nest,
    Text,
    group,
    nest,
)
from axiom_verifiers.contracts.tree import Node, Tree

SOFT = Line("")
LINE = Line(" ")
_CHAINS = {
    "or": 1,
    "and": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    "<<": 6,
    ">>": 6,
    "+": 7,
    "-": 7,
    "*": 8,
    "/": 8,
    "//": 8,
    "%": 8,
}


class UnformattableError(Exception):
    """The tree holds a node that the formatter does not know; the item is left as it is."""


class ExpressionWriter:
    """Writes expressions and types of one item's tree, and the comments beside its tokens."""

    def __init__(self, data: bytes, tree: Tree) -> None:
        self._data = data
        self._root = tree.root_node
        leaves: list[tuple[int, int]] = []
        comments: list[Node] = []
        for node in _leaves(self._root):
            if node.type == "comment":
                comments.append(node)
            elif node.end_byte > node.start_byte:
                leaves.append((node.start_byte, node.end_byte))
        ends = [end for _, end in leaves]
        # Comments behind a token, by where it ends, and on lines of their own, by what follows.
        self._behind: dict[int, list[str]] = {}
        self._above: dict[int, list[str]] = {}
        self._last_comments: list[str] = []
        self._final: set[int] = {ends[-1]} if ends else set()
        for comment in comments:
            index = bisect_right(ends, comment.start_byte)
            shown = self._text(comment).rstrip()
            gap = data[ends[index - 1] if index else 0 : comment.start_byte]
            if index and b"\n" not in gap:
                self._behind.setdefault(ends[index - 1], []).append(shown)
            elif index < len(leaves):
                self._above.setdefault(leaves[index][0], []).append(shown)
            else:
                self._last_comments.append(shown)

    # ------------------------------------------------------------- tokens and comments

    def _text(self, node: Node) -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _token(self, node: Node, shown: str | None = None) -> Doc:
        """A token and the comments behind it."""
        text = Text(self._text(node) if shown is None else shown)
        behind = self._behind.pop(node.end_byte, None)
        if behind is None:
            return text
        inner = node.end_byte not in self._final
        return nest(0, text, *(Comment(comment, inner) for comment in behind))

    def _taken_above(self, node: Node) -> list[str]:
        """The comments on lines of their own above a node."""
        return self._above.pop(node.start_byte, [])

    def _taken_within(self, node: Node) -> list[str]:
        """The comments on lines of their own within a node that nothing else has taken."""
        found: list[str] = []
        for start in sorted(self._above):
            if node.start_byte <= start < node.end_byte:
                found += self._above.pop(start)
        return found

    def _head(self, node: Node, document: Doc) -> Doc:
        """An item's head below the comments that found no place in it."""
        comments = self._taken_within(node)
        return group(*self._lines_of(comments), document)

    def _lines_of(self, comments: Iterable[str]) -> list[Doc]:
        lines: list[Doc] = []
        for comment in comments:
            lines += [Text(comment), Hard()]
        return lines

    def _child(self, node: Node, kind: str) -> Node:
        for child in node.children:
            if child.type == kind:
                return child
        raise UnformattableError

    def _field(self, node: Node, name: str) -> Node:
        child = node.child_by_field_name(name)
        if child is None:
            raise UnformattableError
        return child

    # ------------------------------------------------------------- types

    def _type(self, node: Node) -> Doc:
        match node.type:
            case "type_name":
                return self._token(node)
            case "optional_type":
                return group(
                    self._type(self._field(node, "item")), self._token(self._child(node, "?"))
                )
            case "type_application":
                parts: list[Doc] = []
                closing = node.children[-1]
                for child in node.children:
                    if child.type == "comment":
                        continue
                    if child.type == ",":
                        last = child.next_sibling == closing
                        parts.append(self._token(child, "" if last else ", "))
                    else:
                        parts.append(self._type(child) if child.is_named else self._token(child))
                parts[0] = self._token(node.children[0])
                return group(*parts)
            case "identifier":
                return self._token(node)
            case _:
                raise UnformattableError

    # ------------------------------------------------------------- lists in brackets

    def _bracketed(self, node: Node, edge: Line, *, comma: bool = True) -> Group:
        """`( a, b )`: on one line, or each on its own with a comma behind the last."""
        opening, *middle, closing = (child for child in node.children if child.type != "comment")
        if not middle:
            return group(self._token(opening), self._token(closing))
        inside = self._separated(middle, closing if comma else None)
        above = self._above.get(closing.start_byte)
        if above:
            inside = nest(0, inside, *(Comment(text, inner=True) for text in above))
            del self._above[closing.start_byte]
        return group(self._token(opening), nest(2, edge, inside), edge, self._token(closing))

    def _separated(self, nodes: list[Node], closing: Node | None = None) -> Nest:
        """Nodes and the commas between them; before `closing` a comma of the broken form."""
        parts: list[Doc] = []
        for index, node in enumerate(nodes):
            if node.type == ",":
                last = index == len(nodes) - 1
                parts.append(self._token(node, "" if last else ","))
                if not last:
                    parts.append(LINE)
            else:
                parts += self._lines_of(self._taken_above(node))
                parts.append(self._element(node))
        if closing is not None:
            parts.append(Broken(","))
        return _flat(parts)

    def _element(self, node: Node) -> Doc:
        match node.type:
            case "parameter" | "field":
                return group(
                    self._token(self._field(node, "name")),
                    self._token(self._child(node, ":")),
                    Text(" "),
                    self._type(self._field(node, "type")),
                )
            case "pair":
                return group(
                    self._expression(self._field(node, "key")),
                    self._token(self._child(node, ":")),
                    Text(" "),
                    self._expression(self._field(node, "value")),
                )
            case "keyword_argument":
                return group(
                    self._token(self._field(node, "name")),
                    self._token(self._child(node, "=")),
                    self._expression(self._field(node, "value")),
                )
            case _:
                return self._expression(node)

    # ------------------------------------------------------------- expressions

    def _string(self, node: Node) -> Doc:
        pieces: list[Doc] = []
        for child in node.children:
            if child.type != "comment":
                pieces += [LINE, self._token(child)] if pieces else [self._token(child)]
        return group(*pieces)

    def _expression(self, node: Node) -> Doc:
        match node.type:
            case "identifier" | "true" | "false" | "none" | "number":
                return self._token(node)
            case "string":
                return self._string(node)
            case "unary":
                return group(
                    self._token(self._field(node, "operator")),
                    self._expression(self._field(node, "operand")),
                )
            case "negation":
                return group(
                    self._token(self._child(node, "not")),
                    Text(" "),
                    self._expression(self._field(node, "operand")),
                )
            case "binary" | "logical" | "comparison":
                return group(*self._chain(node))
            case "conditional":
                return group(
                    self._expression(self._field(node, "then")),
                    LINE,
                    self._token(self._child(node, "if")),
                    Text(" "),
                    self._expression(self._field(node, "condition")),
                    LINE,
                    self._token(self._child(node, "else")),
                    Text(" "),
                    self._expression(self._field(node, "otherwise")),
                )
            case "quantifier":
                return self._quantifier(node)
            case "call":
                arguments = self._field(node, "arguments")
                generator = any(c.type == "generator_argument" for c in arguments.children)
                return group(
                    self._expression(self._field(node, "function")),
                    self._bracketed(arguments, SOFT, comma=not generator),
                )
            case "generator_argument":
                return self._generator(node)
            case "attribute":
                value = self._field(node, "value")
                return group(
                    self._expression(value),
                    # Without the space the point would belong to the number.
                    Text(" " if value.type == "number" else ""),
                    self._token(self._child(node, ".")),
                    self._token(self._field(node, "name")),
                )
            case "subscript":
                return self._subscript(node)
            case "parenthesized":
                return self._bracketed(node, SOFT, comma=False)
            case "list" | "set" | "dict":
                return self._bracketed(node, SOFT)
            case "tuple":
                return self._tuple(node)
            case "list_comprehension" | "set_comprehension" | "dict_comprehension":
                return group(
                    self._token(node.children[0]),
                    nest(2, SOFT, self._generator(node)),
                    SOFT,
                    self._token(node.children[-1]),
                )
            case _:
                raise UnformattableError

    def _chain(self, node: Node) -> list[Doc]:
        """Operands of operators that bind alike: a line may end before each operator."""
        if node.type == "comparison":
            parts: list[Doc] = []
            for child in node.children:
                if child.type in {"not_in", "is_not"}:
                    first, second = (c for c in child.children if c.type != "comment")
                    parts += [LINE, self._token(first), Text(" "), self._token(second), Text(" ")]
                elif not child.is_named:
                    parts += [LINE, self._token(child), Text(" ")]
                elif child.type != "comment":
                    parts.append(self._expression(child))
            return parts
        operator = self._field(node, "operator")
        left, right = self._field(node, "left"), self._field(node, "right")
        beginning = self._operand(left, operator.type)
        joint: list[Doc] = [LINE, self._token(operator), Text(" ")]
        if operator.type == "implies" and right.type == "logical" and _operator(right) == "implies":
            return [*beginning, *joint, *self._chain(right)]
        return [*beginning, *joint, self._expression(right)]

    def _operand(self, left: Node, operator: str) -> list[Doc]:
        level = _CHAINS.get(operator)
        if level is not None and left.type in {"binary", "logical"}:
            inner = _operator(left)
            if inner is not None and _CHAINS.get(inner) == level:
                return self._chain(left)
        return [self._expression(left)]

    def _quantifier(self, node: Node) -> Doc:
        parts: list[Doc] = [self._token(self._field(node, "kind")), Text(" ")]
        over = node.child_by_field_name("over")
        colons = [child for child in node.children if child.type == ":"]
        if over is not None:
            parts += [self._token(self._field(node, "name")), self._token(colons[0]), Text(" ")]
            parts.append(self._type(over))
        else:
            parts += [self._target(self._field(node, "target")), Text(" ")]
            parts += [self._token(self._child(node, "in")), Text(" ")]
            parts.append(self._expression(self._field(node, "domain")))
        parts.append(self._token(colons[-1]))
        return group(*parts, nest(2, LINE, self._expression(self._field(node, "body"))))

    def _target(self, node: Node) -> Doc:
        parts: list[Doc] = []
        children = [child for child in node.children if child.type != "comment"]
        for index, child in enumerate(children):
            if child.type == ",":
                closes = index == len(children) - 1 or children[index + 1].type in {")", "]"}
                parts.append(self._token(child, "," if closes else ", "))
            elif child.type == "nested_target":
                parts.append(self._target(child))
            else:
                parts.append(self._token(child))
        return group(*parts) if parts else self._token(node)

    def _generator(self, node: Node) -> Doc:
        """What a comprehension gives, and its `for` and `if` parts."""
        element = self._field(node, "element")
        parts: list[Doc] = [self._element(element)]
        for child in node.children:
            if child.type != "for":
                continue
            iterable = self._field(child, "iterable")
            parts += [LINE, self._token(self._child(child, "for")), Text(" ")]
            parts += [self._target(self._field(child, "target")), Text(" ")]
            parts += [self._token(self._child(child, "in")), Text(" ")]
            parts.append(nest(2, self._expression(iterable)))
            words = iter([part for part in child.children if part.type == "if"])
            for condition in child.children_by_field_name("condition"):
                parts += [LINE, self._token(next(words)), Text(" ")]
                parts.append(nest(2, self._expression(condition)))
        return _flat(parts)

    def _subscript(self, node: Node) -> Doc:
        children = [child for child in node.children if child.type != "comment"]
        value, opening, inner, closing = children
        if inner.type == "bare_tuple":
            items = [child for child in inner.children if child.type != "comment"]
            inside: Doc = self._tuple_items(items)
        elif inner.type == "slice":
            inside = group(
                *(
                    self._token(child) if child.type == ":" else self._expression(child)
                    for child in inner.children
                    if child.type != "comment"
                )
            )
        else:
            inside = self._expression(inner)
        return group(
            self._expression(value),
            group(self._token(opening), nest(2, SOFT, inside), SOFT, self._token(closing)),
        )

    def _tuple(self, node: Node) -> Doc:
        opening, *middle, closing = (child for child in node.children if child.type != "comment")
        if not middle:
            return group(self._token(opening), self._token(closing))
        if len(middle) > 2:
            return self._bracketed(node, SOFT)
        return group(
            self._token(opening),
            nest(2, SOFT, self._tuple_items(middle)),
            SOFT,
            self._token(closing),
        )

    def _tuple_items(self, items: list[Node]) -> Doc:
        """A tuple's items; a comma behind the only one is part of what is meant."""
        if len(items) == 2:
            return group(self._expression(items[0]), self._token(items[1]))
        return self._separated(items)


def _flat(parts: list[Doc]) -> Nest:
    """Parts one after the other, which break with the group that they stand in."""
    return nest(0, *parts)


def _operator(node: Node) -> str | None:
    operator = node.child_by_field_name("operator")
    return None if operator is None else operator.type


def _leaves(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.child_count and current.type != "prose":
            stack.extend(reversed(current.children))
        else:
            yield current


def last_leaf_end(node: Node) -> int:
    ends = [leaf.end_byte for leaf in _leaves(node) if leaf.type != "comment"]
    return max(ends, default=node.end_byte)
