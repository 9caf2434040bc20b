"""The parser of intent files: from an item's text to its syntax, by way of the syntax tree.

Parsing never fails. Whatever the text, there is an item, and a problem for each thing that
could not be read; what could be read beside it is kept.
"""

from __future__ import annotations

import re

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.items import CLAUSE_WORDS, ITEM_WORDS, Region, regions
from axiom_verifiers.contracts.parser_clauses import CLAUSE_NODES, ClauseReader, nearest_fixes
from axiom_verifiers.contracts.parser_diagnosis import diagnose
from axiom_verifiers.contracts.parser_items import ItemReader
from axiom_verifiers.contracts.source import Edit, Fix, Problem, Span
from axiom_verifiers.contracts.tree import Node, Tree, parse_tree, parts

# A keystroke reads its item again, so an item has to stay small; the longest that a person
# writes, a table in a `define`, is a hundredth of this.
SIZE_LIMIT = 1_000_000

_FIRST_WORD = re.compile(r"\s*([^\W\d]\w*|\S)")
_NULL_OR_SURROGATE = re.compile("[\0\ud800-\udfff]")
_INDENT_TAB = re.compile(rb"(?:\A|(?<=[\r\n]))[ ]*\t[ \t]*(?=[^ \t\r\n])")


def parse_item(text: str) -> s.ParsedItem:
    """Reads one item, as `items.cut` gives it; spans are byte offsets in its UTF-8 text."""
    return parse_item_tree(text)[0]


def parse_item_tree(text: str) -> tuple[s.ParsedItem, Tree | None]:
    """What `parse_item` reads, and the tree it was read from.

    There is no tree of an item that is longer than `SIZE_LIMIT`.
    """
    data, problems = _encode(text)
    if len(data) > SIZE_LIMIT:
        problem = Problem(
            "item-too-long",
            f"This item has {len(data):,} bytes; an item has at most {SIZE_LIMIT:,}. "
            "Split it, or indent nothing that is not part of it.",
            Span(0, min(len(data), 80)),
        )
        return s.ParsedItem(s.BrokenItem(span=Span(0, len(data))), (problem,)), None
    tree = parse_tree(data)
    reader = ItemReader(data, torn=tree.root_node.has_error)
    if tree.root_node.has_error:
        item = _read_broken(data, reader, tree)
    else:
        item = reader.item(tree.root_node)
    told = bool(problems)
    problems += [p for p in reader.problems if not (told and p.code == "unexpected-character")]
    if b"\t" in data:
        problems.extend(_tabs(data, item))
    problems.sort(key=lambda problem: (problem.span.start, problem.span.end, problem.code))
    return s.ParsedItem(item, tuple(problems)), tree


def parse_expression(text: str) -> tuple[s.Syntax, tuple[Problem, ...]]:
    """Reads one expression; spans are byte offsets in its UTF-8 text.

    The text may go over several lines, however they are indented.
    """
    prefix = b"define x: int = "
    data, problems = _encode(text)
    if len(data) > SIZE_LIMIT:
        problem = Problem("item-too-long", "This expression is too long.", Span(0, 80))
        return s.ErrorExpr(span=Span(0, len(data))), (problem,)
    if b"#" not in data:
        data = data.replace(b"\n", b" ").replace(b"\r", b" ")
    wrapped = prefix + data
    root = parse_tree(wrapped).root_node
    reader = ClauseReader(wrapped, -len(prefix), torn=root.has_error)
    whole = Span(0, len(data))
    item = next((node for node in root.children if node.type == "define_item"), None)
    body = None if item is None else item.child_by_field_name("body")
    if item is None or body is None or any(child.is_error for child in item.children):
        result: s.Syntax = s.ErrorExpr(span=whole)
    else:
        result = reader.expression(body)
    problems.extend(reader.problems)
    alone = len(parts(root)) == 1
    if not data.strip():
        problems.append(Problem("missing-expression", "An expression is missing here.", whole))
    elif root.has_error or not alone:
        _explain(data, 0, "", root, reader, problems, shift=len(prefix))
        if not alone:
            result = s.ErrorExpr(span=whole)
    problems.sort(key=lambda problem: problem.span.start)
    return result, tuple(problems)


def _encode(text: str) -> tuple[bytes, list[Problem]]:
    """UTF-8 of the text; what a text file does not hold is told and stands there as a sign."""
    if _NULL_OR_SURROGATE.search(text) is None:
        return text.encode(), []
    found = _NULL_OR_SURROGATE.search(text)
    assert found is not None
    count = len(_NULL_OR_SURROGATE.findall(text))
    start = len(text[: found.start()].encode("utf-8", "surrogatepass"))
    null = found[0] == "\0"
    more = f" (and {count - 1:,} more in this item)" if count > 1 else ""
    problem = Problem(
        "bad-character",
        f"Here is {'a NUL byte' if null else 'half of a surrogate pair'}{more}, which no text "
        "holds. Is this file text in UTF-8?",
        Span(start, start + (1 if null else 3)),
    )
    data = text.encode("utf-8", "surrogatepass").replace(b"\0", b"\x01")
    return re.sub(rb"\xed[\xa0-\xbf][\x80-\xbf]", b"\xef\xbf\xbd", data), [problem]


def _tabs(data: bytes, item: s.Item) -> list[Problem]:
    prose = [
        clause.span
        for clause in (item.clauses if isinstance(item, s.IntentItem) else ())
        if isinstance(clause, s.Prose)
    ]
    places = [
        Span(found.start(), found.end())
        for found in _INDENT_TAB.finditer(data)
        if not any(span.start < found.end() < span.end for span in prose)
    ]
    if not places:
        return []
    edits = tuple(
        Edit(place, data[place.start : place.end].decode().replace("\t", "    "))
        for place in places
    )
    return [
        Problem(
            "tab-indentation",
            "Lines are indented with spaces: how wide a tab is depends on who looks.",
            places[0],
            fixes=(Fix("Indent with spaces", edits),),
        )
    ]


# ---------------------------------------------------------------- texts with errors


def _read_broken(data: bytes, reader: ItemReader, tree: Tree) -> s.Item:
    """Reads an item that the grammar refuses: clause by clause, each for itself."""
    whole = Span(0, len(data))
    word = _first_word(data)
    root = tree.root_node
    if word not in ITEM_WORDS:
        node = next((node for node in root.children if node.type == "unknown_item"), root)
        return reader.unknown_item(node)
    if word != "intent":
        node = next((node for node in root.children if node.type == f"{word}_item"), None)
        item = s.BrokenItem(span=whole, keyword=word) if node is None else reader.item(root)
        _explain(data, 0, word, root, reader, reader.problems)
        return item
    pieces = regions(data)
    head = data[: pieces[0].end]
    head_root = parse_tree(head).root_node
    reader.torn = head_root.has_error
    item = reader.item(head_root)
    if head_root.has_error:
        _explain(head, 0, "intent", head_root, reader, reader.problems)
    clauses: list[s.Clause] = []
    for region in pieces[1:]:
        clause = _read_clause(data, region, reader)
        if clause is not None:
            clauses.append(clause)
    if not isinstance(item, s.IntentItem):
        return item
    return s.IntentItem(
        span=Span(0, pieces[-1].end),
        name=item.name,
        parameters=item.parameters,
        result=item.result,
        clauses=tuple(clauses),
    )


def _read_clause(data: bytes, region: Region, item_reader: ItemReader) -> s.Clause | None:
    """Reads one clause as if it stood alone in an intent."""
    prefix = b"intent x\n" + b" " * region.indent
    text = data[region.start : region.end]
    wrapped = prefix + text
    root = parse_tree(wrapped).root_node
    reader = ClauseReader(wrapped, region.start - len(prefix), torn=root.has_error)
    node = _find_clause(root)
    clause = None if node is None else reader.clause(node)
    span = Span(region.start, region.end)
    keyword = "" if region.keyword is None else region.keyword.decode("utf-8", "replace")
    if root.has_error:
        _explain(text, region.start, keyword, root, reader, reader.problems, len(prefix))
        if node is None or any(child.is_error for child in node.children):
            clause = _without_meaning(clause, keyword, span)
    item_reader.problems.extend(reader.problems)
    return clause


def _find_clause(node: Node, depth: int = 0) -> Node | None:
    if node.type in CLAUSE_NODES:
        return node
    if depth < 3:
        for child in node.children:
            found = _find_clause(child, depth + 1)
            if found is not None:
                return found
    return None


def _without_meaning(clause: s.Clause | None, keyword: str, span: Span) -> s.Clause | None:
    """The clause without its expressions, which were torn by what stands between them.

    `requires` and `ensures` stay, so that the clauses after them keep their numbers.
    """
    label = clause.label if isinstance(clause, s.Requires | s.Ensures) else None
    nothing = s.ErrorExpr(span=span)
    match keyword:
        case "requires":
            return s.Requires(span=span, label=label, condition=nothing)
        case "ensures":
            return s.Ensures(span=span, label=label, condition=nothing, when=None)
        case '"""':
            return clause
        case _:
            return None


def _explain(
    text: bytes,
    base: int,
    keyword: str,
    root: Node,
    reader: ClauseReader,
    problems: list[Problem],
    shift: int = 0,
) -> None:
    """Says what is wrong with a text that the grammar refuses, unless it is said already.

    `shift` is how many bytes stand before the text in what `root` was read from.
    """
    end = base + len(text)
    told = {"unclosed-string", "nested-too-deep", "unclosed-prose"}
    if any(p.code in told and base <= p.span.start <= end for p in reader.problems):
        return
    problem = diagnose(text if keyword else b"= " + text, base - (0 if keyword else 2), keyword)
    if problem is None:
        place = _first_error(root)
        start = max(place.start_byte - shift + base, base)
        problem = Problem(
            "unexpected-text",
            "This could not be read; see the form of the clause in the documentation.",
            Span(min(start, end), min(max(place.end_byte - shift + base, start), end)),
        )
    problems.append(problem)


def _first_error(node: Node) -> Node:
    """The first broken place, without recursion: trees of broken text may be deep."""
    while True:
        inner = next(
            (child for child in node.children if child.has_error or child.is_missing), None
        )
        if inner is None or node.is_error:
            return node
        node = inner


def _first_word(data: bytes) -> str:
    found = _FIRST_WORD.match(data[:200].decode("utf-8", "ignore").lstrip("\ufeff"))
    return "" if found is None else found[1]


__all__ = [
    "CLAUSE_WORDS",
    "ITEM_WORDS",
    "SIZE_LIMIT",
    "nearest_fixes",
    "parse_expression",
    "parse_item",
    "parse_item_tree",
]
