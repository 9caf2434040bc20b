"""From the syntax tree of one item, without problems, to a document to lay out."""

from __future__ import annotations

from axiom_verifiers.contracts.formatter_expressions import (
    LINE,
    SOFT,
    ExpressionWriter,
    UnformattableError,
    last_leaf_end,
)
from axiom_verifiers.contracts.formatter_layout import Doc, Hard, Line, Text, group, nest
from axiom_verifiers.contracts.parser_clauses import CLAUSE_NODES, prose_text
from axiom_verifiers.contracts.tree import Node

_CLAUSE_INDENT = 2
_CONTENT_COLUMN = 9  # after the clause's own indentation: as wide as `requires` and a space
_WIDE = Line("  ")
_PROSE_WIDTH = 90


class ItemWriter(ExpressionWriter):
    """Writes the tree of one item; every token and every comment exactly once."""

    def document(self) -> Doc:
        item = next((node for node in self._root.children if node.type.endswith("_item")), None)
        if item is None:
            raise UnformattableError
        match item.type:
            case "use_item":
                head = self._head(item, self._use(item))
            case "type_item":
                head = self._head(item, self._type_item(item))
            case "define_item":
                head = self._head(item, self._define(item))
            case "intent_item":
                head = self._intent(item)
            case _:
                raise UnformattableError
        tail: list[Doc] = []
        for comment in self._last_comments:
            tail += [Hard(), Text(comment)]
        return group(head, nest(_CLAUSE_INDENT, *tail))

    # ------------------------------------------------------------- items

    def _use(self, node: Node) -> Doc:
        return group(
            self._token(self._child(node, "use")),
            Text(" "),
            self._string(self._field(node, "path")),
        )

    def _type_item(self, node: Node) -> Doc:
        head: list[Doc] = [
            self._token(self._child(node, "type")),
            Text(" "),
            self._token(self._field(node, "name")),
            Text(" "),
            self._token(self._child(node, "=")),
        ]
        record = node.child_by_field_name("record")
        if record is not None:
            return group(*head, Text(" "), nest(_CLAUSE_INDENT, self._bracketed(record, LINE)))
        parts: list[Doc] = [Text(" "), self._type(self._field(node, "alias"))]
        where = next((child for child in node.children if child.type == "where"), None)
        if where is not None:
            parts += [
                LINE,
                self._token(self._child(where, "where")),
                Text(" "),
                nest(2, self._expression(self._field(where, "condition"))),
            ]
        return group(*head, nest(_CLAUSE_INDENT, *parts))

    def _define(self, node: Node) -> Doc:
        parameters = node.child_by_field_name("parameters")
        parts: list[Doc] = [
            self._token(self._child(node, "define")),
            Text(" "),
            self._token(self._field(node, "name")),
        ]
        if parameters is None:
            parts += [self._token(self._child(node, ":")), Text(" ")]
        else:
            parts += [self._bracketed(parameters, SOFT), Text(" ")]
            parts += [self._token(self._child(node, "->")), Text(" ")]
        parts.append(self._type(self._field(node, "result")))
        for kind, word, field in (
            ("define_requires", "requires", "condition"),
            ("define_decreases", "decreases", "measure"),
        ):
            part = next((child for child in node.children if child.type == kind), None)
            if part is not None:
                parts += [LINE, self._token(self._child(part, word)), Text(" ")]
                parts.append(nest(2, self._expression(self._field(part, field))))
        parts += [Text(" "), self._token(self._child(node, "="))]
        body = self._expression(self._field(node, "body"))
        if parameters is None:
            return nest(_CLAUSE_INDENT, group(*parts), group(nest(0, LINE, body)))
        return nest(_CLAUSE_INDENT, group(*parts), Hard(), body)

    def _intent(self, node: Node) -> Doc:
        clauses = [child for child in node.children if child.type in CLAUSE_NODES]
        self._final |= {last_leaf_end(child) for child in clauses}
        head_end = self._head_end(node)
        self._final.add(head_end)
        parts: list[Doc] = [self._token(self._child(node, "intent")), Text(" ")]
        prose = node.child_by_field_name("prose")
        if prose is not None:
            parts.append(self._string(prose))
        else:
            parts += [
                self._token(self._field(node, "name")),
                self._bracketed(self._field(node, "parameters"), SOFT),
                Text(" "),
                self._token(self._child(node, "->")),
                Text(" "),
                self._type(self._field(node, "result")),
            ]
        above = self._taken_above(node)
        written: list[Doc] = []
        for clause in clauses:
            first = self._taken_above(clause)
            document = self._clause(clause)
            comments = first + self._taken_within(clause)
            written += [Hard(), *self._lines_of(comments), document]
        head = nest(_CLAUSE_INDENT, group(*parts))
        above += self._taken_within(node)
        return group(*self._lines_of(above), head, nest(_CLAUSE_INDENT, *written))

    def _head_end(self, node: Node) -> int:
        last = node.child_by_field_name("result") or self._field(node, "prose")
        return last_leaf_end(last)

    # ------------------------------------------------------------- clauses

    def _clause(self, node: Node) -> Doc:
        if node.type == "prose_clause":
            return self._prose(self._child(node, "prose"))
        keyword = node.children[0]
        word = self._text(keyword)
        parts: list[Doc] = [self._token(keyword, word.ljust(_CONTENT_COLUMN - 1)), Text(" ")]
        match node.type:
            case "requires_clause" | "ensures_clause" | "raises_clause":
                parts += self._condition_clause(node)
            case "modifies_clause":
                names = [child for child in node.children[1:] if child.type != "comment"]
                parts.append(self._separated(names))
            case "example_clause":
                parts += self._example(node)
            case "must_clause":
                for child in node.children[1:]:
                    if child.type == "not":
                        parts += [self._token(child), Text(" ")]
                    elif child.type == "string":
                        parts.append(self._string(child))
                    elif child.type != "comment":
                        parts.append(self._token(child))
            case "invariant_clause":
                parts.append(self._expression(self._field(node, "condition")))
            case "decreases_clause":
                parts.append(self._expression(self._field(node, "measure")))
            case "setting_clause":
                texts = node.children_by_field_name("text")
                for index, child in enumerate(texts):
                    words = " ".join(self._text(child).split())
                    parts += [Text(" " if index else ""), self._token(child, words)]
            case _:
                raise UnformattableError
        return nest(_CLAUSE_INDENT, group(*parts))

    def _condition_clause(self, node: Node) -> list[Doc]:
        parts: list[Doc] = []
        for child in node.children[1:]:
            match child.type:
                case "label":
                    parts += [self._token(self._field(child, "name"))]
                    parts += [self._token(self._child(child, ":")), Text(" ")]
                case "when":
                    parts += [_WIDE if node.type == "ensures_clause" else LINE]
                    parts += [self._token(self._child(child, "when")), Text(" ")]
                    parts.append(nest(2, self._expression(self._field(child, "condition"))))
                case "tag":
                    parts += [Text("  "), self._token(child)]
                case "comment":
                    pass
                case _:
                    parts.append(self._expression(child))
        return parts

    def _example(self, node: Node) -> list[Doc]:
        parts: list[Doc] = []
        for child in node.children[1:]:
            match child.type:
                case "==" | "raises":
                    parts += [Text(" "), self._token(child), Text(" ")]
                case ",":
                    parts.append(self._token(child))
                case "after":
                    parts += [LINE, self._token(self._field(child, "name")), Text(" ")]
                    parts += [self._token(self._child(child, "==")), Text(" ")]
                    parts.append(self._expression(self._field(child, "value")))
                case "comment":
                    pass
                case _:
                    parts.append(self._expression(child))
        return parts

    def _prose(self, node: Node) -> Doc:
        text = prose_text(self._text(node))
        quotes = '"""'
        short = "\n" not in text and len(text) <= _PROSE_WIDTH and not text.endswith(('"', "\\"))
        if short and not text.startswith('"'):
            return self._token(node, f"{quotes}{text}{quotes}")
        parts: list[Doc] = [Text(quotes)]
        for line in text.split("\n"):
            parts += [Hard(), Text(line)]
        parts += [Hard(), self._token(node, quotes)]
        return group(*parts)
