"""From the syntax tree to items: heads, parameters, fields."""

from __future__ import annotations

from itertools import takewhile

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.items import CLAUSE_WORDS, ITEM_WORDS
from axiom_verifiers.contracts.parser_clauses import CLAUSE_NODES, ClauseReader, nearest_fixes
from axiom_verifiers.contracts.source import Edit, Fix, Span
from axiom_verifiers.contracts.tree import Node, parts


class ItemReader(ClauseReader):
    """Reads the tree of one item's text."""

    def item(self, root: Node) -> s.Item:
        """The first item of a tree; a `BrokenItem` when there is none."""
        for node in root.children:
            match node.type:
                case "use_item":
                    return self._use(node)
                case "type_item":
                    return self._type_item(node)
                case "define_item":
                    return self._define(node)
                case "intent_item":
                    return self._intent(node)
                case "unknown_item":
                    return self.unknown_item(node)
                case _:
                    continue
        word = self.text(root).split(None, 1)
        keyword = word[0] if word and word[0] in ITEM_WORDS else None
        return s.BrokenItem(span=self.span(root), keyword=keyword)

    def _named(self, node: Node, keyword: str, wanted: str) -> s.Name | s.BrokenItem:
        name = node.child_by_field_name("name")
        if name is not None and not name.is_missing:
            return self.name(name)
        if not self.torn:
            self.report("missing-name", f"After `{keyword}` comes {wanted}.", self._end(node))
        return s.BrokenItem(span=self.span(node), keyword=keyword)

    def _use(self, node: Node) -> s.Item:
        path = node.child_by_field_name("path")
        if path is not None:
            string = self.string(path)
            if isinstance(string, s.StrLiteral):
                return s.UseItem(span=self.span(node), path=string)
            if isinstance(string, s.BytesLiteral):
                self.report("missing-path", "A path is text, not bytes.", string.span)
        elif not self.torn:
            self.report(
                "missing-path",
                'After `use` comes the path of an intent file, as in `use "./money.intent"`.',
                self._end(node),
            )
        return s.BrokenItem(span=self.span(node), keyword="use")

    def _type_item(self, node: Node) -> s.Item:
        name = self._named(node, "type", "the name of the type, as in `type Age = int`")
        if isinstance(name, s.BrokenItem):
            return name
        span = self.span(node)
        broken = any(child.is_error for child in node.children)
        record = node.child_by_field_name("record")
        if record is not None:
            fields = tuple(self._field(part) for part in parts(record) if part.type == "field")
            if not fields and not self.torn:
                self.report(
                    "missing-field",
                    "A record has at least one field, as in `{ price: int }`.",
                    self.span(record),
                )
            return s.TypeItem(span=span, name=name, alias=None, fields=fields, where=None)
        alias = node.child_by_field_name("alias")
        if alias is None and not self.torn:
            self.report(
                "missing-type",
                f"What `{name.id}` is comes after `=`: `type {name.id} = int`, or a record's "
                "fields in `{ }`.",
                self._end(node),
            )
        where = next((child for child in node.children if child.type == "where"), None)
        return s.TypeItem(
            span=span,
            name=name,
            alias=s.ErrorType(span=name.span) if broken else self._type_at(alias, name.span),
            fields=None,
            where=None
            if where is None
            else self._required(where, "condition", "a condition on `it`, as in `0 <= it`"),
        )

    def _type_at(self, node: Node | None, place: Span) -> s.TypeSyntax:
        return s.ErrorType(span=place) if node is None else self.type(node)

    def _field(self, node: Node) -> s.Field:
        name, given = node.child_by_field_name("name"), node.child_by_field_name("type")
        assert name is not None
        if given is None and not self.torn:
            self.report(
                "missing-type",
                f"After the field's name comes its type: `{self.text(name)}: int`.",
                self.span(node),
            )
        return s.Field(
            span=self.span(node), name=self.name(name), type=self._type_at(given, self.span(name))
        )

    def _define(self, node: Node) -> s.Item:
        name = self._named(node, "define", "the name of a function or a constant")
        if isinstance(name, s.BrokenItem):
            return name
        broken = any(child.is_error for child in node.children)
        parameters = node.child_by_field_name("parameters")
        result, body = node.child_by_field_name("result"), node.child_by_field_name("body")
        if result is None and not self.torn:
            form = "-> int" if parameters is not None else ": int"
            self.report(
                "missing-type",
                f"The type of `{name.id}` is not said: add it before `=`, as in `{form}`.",
                name.span,
            )
        if body is None and not self.torn:
            self.report(
                "missing-expression", f"What `{name.id}` is comes after `=`.", self._end(node)
            )
        return s.DefineItem(
            span=self.span(node),
            name=name,
            parameters=None if parameters is None else self._parameters(parameters),
            result=self._type_at(result, name.span),
            requires=self._head_expression(node, "define_requires", "condition"),
            decreases=self._head_expression(node, "define_decreases", "measure"),
            body=s.ErrorExpr(span=self._end(node))
            if body is None or broken
            else self.expression(body),
        )

    def _head_expression(self, node: Node, kind: str, field: str) -> s.Syntax | None:
        part = next((child for child in node.children if child.type == kind), None)
        return None if part is None else self._required(part, field, "an expression")

    def _intent(self, node: Node) -> s.Item:
        prose = node.child_by_field_name("prose")
        if prose is not None:
            return self._prose_intent(node, prose)
        name = self._named(node, "intent", "the name of a function, or prose in quotes")
        if isinstance(name, s.BrokenItem):
            return name
        parameters = node.child_by_field_name("parameters")
        result = node.child_by_field_name("result")
        if not self.torn:
            if parameters is None:
                at = name.span.end
                self.report(
                    "missing-parameters",
                    f"After `{name.id}` come its parameters in brackets: `{name.id}(x: int)`, "
                    f"or `{name.id}()`.",
                    name.span,
                    Fix("Add ()", (Edit(Span(at, at), "()"),)),
                )
            elif result is None:
                at = parameters.end_byte + self.base
                self.report(
                    "missing-result-type",
                    f"The type of the result of `{name.id}` is not said; `-> None` if it "
                    "returns nothing.",
                    name.span,
                    Fix("Add -> None", (Edit(Span(at, at), " -> None"),)),
                )
        clauses: list[s.Clause] = []
        for child in node.children:
            if child.type in CLAUSE_NODES:
                clause = self.clause(child)
                if clause is not None:
                    clauses.append(clause)
        return s.IntentItem(
            span=self.span(node),
            name=name,
            parameters=() if parameters is None else self._parameters(parameters),
            result=self._type_at(result, name.span),
            clauses=tuple(clauses),
        )

    def _prose_intent(self, node: Node, prose: Node) -> s.Item:
        string = self.string(prose)
        if isinstance(string, s.BytesLiteral):
            self.report("bad-string", "Prose is text, not bytes.", string.span)
        if not isinstance(string, s.StrLiteral):
            return s.BrokenItem(span=self.span(node), keyword="intent")
        clause = next((child for child in node.children if child.type in CLAUSE_NODES), None)
        if clause is not None:
            self.report(
                "misplaced-clause",
                "An intent that is prose alone has no clauses; give it a name, parameters and a "
                "result type first: `intent name(x: int) -> int`.",
                self.span(clause),
            )
        return s.ProseIntentItem(span=self.span(node), prose=string)

    def _parameters(self, node: Node) -> tuple[s.Parameter, ...]:
        found: list[s.Parameter] = []
        for part in parts(node):
            name = part.child_by_field_name("name")
            if part.type != "parameter" or name is None or name.is_missing:
                continue
            given = part.child_by_field_name("type")
            if given is None and not self.torn:
                at = self.span(name).end
                self.report(
                    "missing-type",
                    f"After the parameter's name comes its type: `{self.text(name)}: int`.",
                    self.span(name),
                    Fix("Add : int", (Edit(Span(at, at), ": int"),)),
                )
            default = part.child_by_field_name("default")
            if default is not None:
                equals = next(child for child in part.children if child.type == "=")
                place = Span(equals.start_byte + self.base, self.span(default).end)
                self.report(
                    "default-value",
                    "Parameters have no default values here; say in a clause what such a value "
                    "means.",
                    place,
                    Fix("Remove the default value", (Edit(place, ""),)),
                )
            found.append(
                s.Parameter(
                    span=self.span(part),
                    name=self.name(name),
                    type=self._type_at(given, self.span(name)),
                )
            )
        return tuple(found)

    # ------------------------------------------------------------- what is no item

    def unknown_item(self, node: Node) -> s.BrokenItem:
        """Says what is wrong with text at column 0 that begins no item."""
        text = self.text(node).lstrip("\ufeff")
        shown = text.split(None, 1)[0] if text.split() else ""
        named = takewhile(lambda c: c.isalnum() or c == "_", shown)
        word = "".join(named)[:40] if shown[:1].isalpha() else ""
        start = node.start_byte + self.base
        span = Span(start, start + max(len((word or shown[:1]).encode()), 1))
        whole = self.span(node)
        line_start = Span(start, start)
        first = self.data[: node.start_byte].removeprefix("\ufeff".encode())
        if first.strip(b" \t\f\v") == b"" and first:
            self.report(
                "misplaced-text",
                "The line is indented, but no item stands above it; an item begins at column 0 "
                "with `use`, `type`, `define` or `intent`.",
                span,
                Fix("Remove the indentation", (Edit(Span(start - len(first), start), ""),)),
            )
        elif shown[:1] in {")", "]", "}"}:
            self.report(
                "misplaced-bracket",
                f"`{shown[:1]}` at column 0 begins a new item, for every line at column 0 does; "
                "indent it.",
                span,
                Fix("Indent the line", (Edit(line_start, "  "),)),
            )
        elif word in CLAUSE_WORDS or shown.startswith('"""'):
            self.report(
                "misplaced-clause",
                f"`{word or shown[:3]}` begins a clause, and a clause is indented under its "
                "intent.",
                span,
                Fix("Indent the line", (Edit(line_start, "  "),)),
            )
        else:
            fixes = nearest_fixes(word, ITEM_WORDS, span) if word else ()
            offer = f" Did you mean `{fixes[0].edits[0].text}`?" if fixes else ""
            found = f"`{word or shown[:1]}`" if (word or shown[:1]).isprintable() else "this"
            self.report(
                "unknown-item",
                f"An item begins with `use`, `type`, `define` or `intent`, not with {found}."
                f"{offer} A line that belongs to the item above it is indented.",
                span,
                *fixes,
            )
        return s.BrokenItem(span=whole, keyword=word or None)
