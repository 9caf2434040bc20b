"""Every request, answered by the real server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.server.lsp.conftest import CLAMP, open_file, replace_all

BAD = CLAMP.replace("result == x", "result == xx")


def at(text: str, what: str, move: int = 0) -> types.Position:
    """The position of the first occurrence of a text."""
    before = text[: text.index(what) + move]
    line = before.count("\n")
    return types.Position(line, len(before) - before.rfind("\n") - 1)


async def published(client: LanguageClient, uri: str, version: int) -> list[types.Diagnostic]:
    """The diagnostics pushed for a version."""
    while True:
        if uri in client.diagnostics:
            return list(client.diagnostics[uri])
        await client.wait_for_notification("textDocument/publishDiagnostics")


async def ask(client: LanguageClient, method: str, params: dict[str, Any]) -> Any:
    return plain(await client.protocol.send_request_async(method, params))


def plain(value: Any) -> Any:
    """pygls makes objects of JSON objects that it does not know; this makes them plain again."""
    if hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


async def test_diagnostics_are_pushed(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", BAD)
    (found,) = await published(client, uri, 1)
    assert found.code == "unknown-name"
    assert "xx" in found.message
    assert found.range.start == at(BAD, "xx")
    replace_all(client, uri, CLAMP, 2)
    await client.wait_for_notification("textDocument/publishDiagnostics")
    assert not client.diagnostics[uri]


async def test_diagnostics_are_pulled_and_not_pushed(
    pulling: LanguageClient, tmp_path: Path
) -> None:
    uri = open_file(pulling, tmp_path / "a.intent", BAD)
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    first = await pulling.text_document_diagnostic_async(params)
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    assert [one.code for one in first.items] == ["unknown-name"]
    params = types.DocumentDiagnosticParams(
        types.TextDocumentIdentifier(uri), previous_result_id=first.result_id
    )
    again = await pulling.text_document_diagnostic_async(params)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert uri not in pulling.diagnostics


async def test_incremental_edits_keep_places(client: LanguageClient, tmp_path: Path) -> None:
    text = '# 𝄞 two units\nintent f(s: str) -> str\n  ensures result == s + "𝄞" + t\n'
    uri = open_file(client, tmp_path / "a.intent", text)
    (found,) = await published(client, uri, 1)
    assert found.range.start.character == len('  ensures result == s + "..') + 3 + 1
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=2, uri=uri),
            [types.TextDocumentContentChangePartial(range=found.range, text="s")],
        )
    )
    await client.wait_for_notification("textDocument/publishDiagnostics")
    assert not client.diagnostics[uri]


async def test_hover(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_hover_async(
        types.HoverParams(document, at(CLAMP, "ensures"))
    )
    assert isinstance(found.contents, types.MarkupContent)
    assert "what the code owes" in found.contents.value
    assert "at least lo and at most hi" in found.contents.value
    nothing = await client.text_document_hover_async(
        types.HoverParams(document, types.Position(99, 0))
    )
    assert nothing is None


async def test_completion(client: LanguageClient, tmp_path: Path) -> None:
    text = CLAMP + "  e\n"
    uri = open_file(client, tmp_path / "a.intent", text)
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_completion_async(
        types.CompletionParams(document, at(text, "  e\n", 3))
    )
    labels = {one.label for one in found.items}
    assert {"ensures", "example", "requires", "clamp", "lo"} <= labels
    names = await client.text_document_completion_async(
        types.CompletionParams(document, at(CLAMP, "lo <= result", 6))
    )
    assert {"x", "lo", "hi", "result", "max", "forall"} <= {one.label for one in names.items}


async def test_semantic_tokens(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    full = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(document)
    )
    assert list(full.data[:5]) == [0, 7, 5, 2, 1]  # `clamp`: a function that is declared here
    part = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(
            document, types.Range(types.Position(2, 0), types.Position(3, 0))
        )
    )
    assert 0 < len(part.data) < len(full.data)


async def test_symbols_and_folds(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    (symbol,) = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(document)
    )
    assert symbol.name == "clamp"
    assert [child.name for child in symbol.children][:2] == ["requires ordered", "ensures in_range"]
    (fold,) = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert (fold.start_line, fold.end_line) == (0, 4)


async def test_formatting(client: LanguageClient, tmp_path: Path) -> None:
    text = CLAMP.replace("lo <= result", "lo   <=   result")
    uri = open_file(client, tmp_path / "a.intent", text)
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), options)
    (edit,) = await client.text_document_formatting_async(params)
    assert "lo <= result" in edit.new_text
    replace_all(client, uri, edit.new_text, 2)
    assert not await client.text_document_formatting_async(params)


async def test_definition_and_references(client: LanguageClient, tmp_path: Path) -> None:
    text = "define twice(n: int) -> int = 2 * n\n\n"
    text += "intent f(n: int) -> int\n  ensures result == twice(n)\n"
    uri = open_file(client, tmp_path / "a.intent", text)
    document = types.TextDocumentIdentifier(uri)
    place = at(text, "twice(n)\n")
    found = await client.text_document_definition_async(types.DefinitionParams(document, place))
    assert found.range.start == at(text, "twice")
    places = await client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(True), document, place)
    )
    assert len(places) == 2


async def test_lens_and_fix(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    titles = [one.command.title for one in lenses]
    assert titles[0] == "○ 3 clauses · 1 example"
    assert "generate" in titles
    bad = CLAMP.replace("ensures inside", "ensure inside")
    replace_all(client, uri, bad, 2)
    await client.wait_for_notification("textDocument/publishDiagnostics")
    diagnostic = client.diagnostics[uri][0]
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, diagnostic.range, types.CodeActionContext([diagnostic]))
    )
    (fix,) = [one for one in actions if one.kind == "quickfix"]
    (edit,) = fix.edit.changes[uri]
    assert edit.new_text == "ensures"


async def test_generate_accept_undo_export(
    client: LanguageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "axiom.toml").write_text("")
    path = tmp_path / "a.intent"
    path.write_text(CLAMP)
    uri = open_file(client, path, CLAMP)
    about = {"uri": uri, "intent": "clamp"}
    made = await ask(client, "axiom/generate", about)
    best = made["candidates"][0]
    assert best["verdict"] == "proved"
    document = types.TextDocumentIdentifier(uri)
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert any("proved" in one.command.title for one in lenses)
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
    assert any("proved by" in one.label for one in hints)

    change = await ask(client, "axiom/accept", {**about, "unsaved": []})
    edits = change["edit"]["documentChanges"]
    assert edits[0]["kind"] == "create"
    (written,) = edits[1]["edits"]
    target = tmp_path / "a.py"
    target.write_text(written["newText"])
    await ask(client, "axiom/applied", {"change": change["change"], "applied": True})
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert lenses[0].command.title.startswith("●")

    events = await ask(client, "axiom/history", about)
    assert events[0]["event"] == "CandidateAccepted"
    back = await ask(client, "axiom/undo", {**about, "unsaved": []})
    (edit,) = back["edit"]["documentChanges"][0]["edits"]
    assert edit["newText"] == ""
    await ask(client, "axiom/applied", {"change": back["change"], "applied": False})
    events = await ask(client, "axiom/history", about)
    assert events[0]["event"] == "CandidateAccepted"  # Not applied: nothing was recorded.


async def test_a_refuted_code_is_shown_at_its_clause(
    client: LanguageClient, tmp_path: Path
) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    code = "def clamp(x, lo, hi):\n    return lo\n"
    result = await ask(client, "axiom/verify", {"uri": uri, "intent": "clamp", "code": code})
    assert result["verdict"] == "refuted"
    while not client.diagnostics.get(uri):
        await client.wait_for_notification("textDocument/publishDiagnostics")
    found = client.diagnostics[uri]
    assert {one.code for one in found} == {"refuted"}
    assert 3 in {one.range.start.line for one in found}
    # An edit of that clause makes the verdict stale: it is not shown as current any more.
    replace_all(client, uri, CLAMP.replace("lo <= x <= hi", "lo < x <= hi"), 2)
    while 3 in {one.range.start.line for one in client.diagnostics[uri]}:
        await client.wait_for_notification("textDocument/publishDiagnostics")
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(types.TextDocumentIdentifier(uri))
    )
    assert lenses[0].command.title.startswith("stale")


async def test_cancelling_leaves_no_verdict(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    number = "to-be-cancelled"
    begun = asyncio.Event()
    client.feature("axiom/generationEvent")(lambda _: begun.set())
    answer = asyncio.create_task(
        client.protocol.send_request_async(
            "axiom/generate", {"uri": uri, "intent": "clamp"}, msg_id=number
        )
    )
    await asyncio.wait_for(begun.wait(), 30)
    client.cancel_request(types.CancelParams(id=number))
    with pytest.raises(JsonRpcException) as refused:
        await answer
    assert refused.value.code == -32800
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(types.TextDocumentIdentifier(uri))
    )
    assert lenses[0].command.title.startswith("○")


async def test_bad_news_is_an_answer(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    with pytest.raises(JsonRpcException, match="no candidate yet"):
        await ask(client, "axiom/accept", {"uri": uri, "intent": "clamp", "unsaved": []})
    with pytest.raises(JsonRpcException, match="not open"):
        await ask(client, "axiom/verify", {"uri": "file:///none", "intent": "clamp"})


async def test_an_untitled_file_says_what_to_do(client: LanguageClient) -> None:
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem("untitled:Untitled-1", "intent", 1, CLAMP)
        )
    )
    with pytest.raises(JsonRpcException, match="save the file first"):
        await ask(client, "axiom/generate", {"uri": "untitled:Untitled-1", "intent": "clamp"})


async def test_an_untrusted_workspace_runs_nothing(
    untrusted: LanguageClient, tmp_path: Path
) -> None:
    uri = open_file(untrusted, tmp_path / "a.intent", CLAMP)
    with pytest.raises(JsonRpcException, match="not trusted"):
        await ask(untrusted, "axiom/generate", {"uri": uri, "intent": "clamp"})
    document = types.TextDocumentIdentifier(uri)
    found = await untrusted.text_document_hover_async(
        types.HoverParams(document, at(CLAMP, "ensures"))
    )
    assert found is not None
    lenses = await untrusted.text_document_code_lens_async(types.CodeLensParams(document))
    assert all(not one.command.command for one in lenses)
