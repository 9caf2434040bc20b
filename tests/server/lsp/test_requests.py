"""Every request, answered by the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.server.lsp.conftest import CLAMP, open_file, replace_all

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = CLAMP.replace("result == x", "result == xx")


def at(text: str, what: str, move: int = 0) -> types.Position:
    """The position of the first occurrence of a text."""
    before = text[: text.index(what) + move]
    line = before.count("\n")
    return types.Position(line, len(before) - before.rfind("\n") - 1)


async def published(
    client: LanguageClient,
    uri: str,
    wanted: Callable[[list[types.Diagnostic]], bool] = lambda _: True,
) -> list[types.Diagnostic]:
    """The diagnostics pushed for a file, once they are as wanted."""
    while uri not in client.diagnostics or not wanted(list(client.diagnostics[uri])):
        waiting = client.wait_for_notification("textDocument/publishDiagnostics")
        await asyncio.wait_for(waiting, 20)
    return list(client.diagnostics[uri])


def none(found: list[types.Diagnostic]) -> bool:
    return not found


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
    (found,) = await published(client, uri)
    assert found.code == "unknown-name"
    assert "xx" in found.message
    assert found.range.start == at(BAD, "xx")
    replace_all(client, uri, CLAMP, 2)
    await published(client, uri, none)


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
    (found,) = await published(client, uri)
    assert found.range.start.character == len('  ensures result == s + "..') + 3 + 1
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=2, uri=uri),
            [types.TextDocumentContentChangePartial(range=found.range, text="s")],
        )
    )
    await published(client, uri, none)


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


async def test_formatting_a_long_text_keeps_the_loop_free(
    client: LanguageClient, tmp_path: Path
) -> None:
    text = "".join(CLAMP.replace("clamp", f"clamp{n}") + "\n" for n in range(500))
    uri = open_file(client, tmp_path / "a.intent", text.replace("lo <= result", "lo<=result"))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    document = types.TextDocumentIdentifier(uri)
    params = types.DocumentFormattingParams(document, options)
    asked = asyncio.create_task(client.text_document_formatting_async(params))
    await asyncio.sleep(0)
    hover = types.HoverParams(document, types.Position(0, 8))
    assert await client.text_document_hover_async(hover) is not None
    assert not asked.done()  # The hover did not wait for it.
    (edit,) = await asyncio.wait_for(asked, 60)
    assert "lo <= result" in edit.new_text
    slow = asyncio.create_task(client.text_document_formatting_async(params))
    await asyncio.sleep(0)
    replace_all(client, uri, text, 2)
    with pytest.raises(JsonRpcException) as refused:
        await asyncio.wait_for(slow, 60)
    assert refused.value.code == -32801


async def test_rename_in_a_long_text(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "kinds.intent").write_text("type Small = int where it < 100\n")
    text = 'use "./kinds.intent"\n\ndefine twice(n: Small) -> int = 2 * n\n\n'
    for number in range(60):
        text += f"intent f{number}(n: Small) -> int\n  ensures result == twice(n)\n\n"
    uri = open_file(client, tmp_path / "a.intent", text)
    document = types.TextDocumentIdentifier(uri)
    place = at(text, "twice")
    edit = await client.text_document_rename_async(types.RenameParams(document, place, "doubled"))
    (change,) = edit.document_changes
    assert len(change.edits) == 61
    with pytest.raises(JsonRpcException, match="taken"):
        await client.text_document_rename_async(types.RenameParams(document, place, "f7"))


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


async def test_highlights_selections_links(client: LanguageClient, tmp_path: Path) -> None:
    text = 'use "./other.intent"\ndefine twice(n: int) -> int = n + n\n'
    uri = open_file(client, tmp_path / "a.intent", text)
    document = types.TextDocumentIdentifier(uri)
    place = at(text, "n + n")
    found = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(document, place)
    )
    assert [(one.range.start.character, one.kind) for one in found] == [
        (13, types.DocumentHighlightKind.Write),
        (30, types.DocumentHighlightKind.Read),
        (34, types.DocumentHighlightKind.Read),
    ]
    narrow, outside = await client.text_document_selection_range_async(
        types.SelectionRangeParams(document, [place, types.Position(9, 9)])
    )
    assert narrow.range == types.Range(place, types.Position(1, 31))
    widths: list[int] = []
    while narrow is not None:
        widths.append(narrow.range.end.character - narrow.range.start.character)
        last, narrow = narrow, narrow.parent
    assert len(widths) > 3
    assert last.range == outside.range
    assert last.range.start == types.Position(0, 0)
    (link,) = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert link.target == (tmp_path / "other.intent").as_uri()
    assert link.range == types.Range(types.Position(0, 4), types.Position(0, 20))


async def test_definition_in_another_file(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "other.intent").write_text("# first\n\ndefine k: int = 1\n")
    text = 'use "./other.intent"\ndefine l: int = k\n'
    uri = open_file(client, tmp_path / "a.intent", text)
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_definition_async(
        types.DefinitionParams(document, at(text, "= k", 2))
    )
    assert found.uri == (tmp_path / "other.intent").as_uri()
    assert found.range.start == types.Position(2, 7)


async def test_rename(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP, version=4)
    document = types.TextDocumentIdentifier(uri)
    prepared = await client.text_document_prepare_rename_async(
        types.PrepareRenameParams(document, at(CLAMP, "lo <="))
    )
    assert prepared.placeholder == "lo"
    edit = await client.text_document_rename_async(
        types.RenameParams(document, at(CLAMP, "lo <="), "low")
    )
    (change,) = edit.document_changes
    assert (change.text_document.uri, change.text_document.version) == (uri, 4)
    assert [one.range.start.line for one in change.edits] == [0, 1, 2, 3]
    nothing = await client.text_document_prepare_rename_async(
        types.PrepareRenameParams(document, at(CLAMP, "clamp"))
    )
    assert nothing is None
    with pytest.raises(JsonRpcException, match="`hi` is taken"):
        await client.text_document_rename_async(
            types.RenameParams(document, at(CLAMP, "lo <="), "hi")
        )


async def test_workspace_symbols(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "b.intent").write_text("define onTheDisk: int = 1\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "c.intent").write_text("define onTheDiskToo: int = 1\n")
    (tmp_path / "bad.intent").write_bytes(b"\xff\xfe\x00")
    held = tmp_path / "a.intent"
    held.write_text("define onTheDiskOnce: int = 1\n")
    uri = open_file(client, held, "define inTheEditorOnly: int = 1\n")

    async def named(query: str) -> dict[str, str]:
        found = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query))
        return {one.name: one.location.uri for one in found or ()}

    assert await named("onthedisk") == {"onTheDisk": (tmp_path / "b.intent").as_uri()}
    assert await named("itEo") == {"inTheEditorOnly": uri}
    (tmp_path / "b.intent").write_text("define another: int = 1\n")
    assert await named("onthedisk") == {}
    assert await named("qqq") == {}


async def test_semantic_tokens_delta(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    full = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(document)
    )
    replace_all(client, uri, CLAMP + "  ensures result >= lo\n", 2)
    params = types.SemanticTokensDeltaParams(document, full.result_id)
    delta = await client.text_document_semantic_tokens_full_delta_async(params)
    assert isinstance(delta, types.SemanticTokensDelta)
    data = list(full.data)
    for edit in delta.edits:
        data[edit.start : edit.start + edit.delete_count] = edit.data
    again = await client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(document)
    )
    assert data == list(again.data)
    assert len(data) > len(full.data)
    # A name that is not the last one's gets the whole.
    whole = await client.text_document_semantic_tokens_full_delta_async(params)
    assert isinstance(whole, types.SemanticTokens)


async def test_lens_and_fix(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    document = types.TextDocumentIdentifier(uri)
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    titles = [one.command.title for one in lenses]
    assert titles[0] == "○ 3 clauses · 1 example"
    assert "generate" in titles
    bad = CLAMP.replace("ensures inside", "ensure inside")
    replace_all(client, uri, bad, 2)
    diagnostic, *_ = await published(client, uri, bool)
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
    last = back["edit"]["documentChanges"][-1]
    # A file that holds nothing else may go as a whole.
    assert last.get("kind") == "delete" or [one["newText"] for one in last["edits"]] == [""]
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

    def lines(found: list[types.Diagnostic]) -> set[int]:
        return {one.range.start.line for one in found if one.code == "refuted"}

    # The contract critic may have its say too.
    await published(client, uri, lambda found: 3 in lines(found))
    # An edit of that clause makes the verdict stale: it is not shown as current any more.
    replace_all(client, uri, CLAMP.replace("lo <= x <= hi", "lo < x <= hi"), 2)
    await published(client, uri, lambda found: 3 not in lines(found))
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


@pytest.mark.parametrize("method", ["axiom/generate", "axiom/verify"])
async def test_progress_under_the_clients_token(
    client: LanguageClient, tmp_path: Path, method: str
) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    token = f"token of {method}"
    code = "def clamp(x, lo, hi):\n    return min(max(x, lo), hi)\n"
    params = {"uri": uri, "intent": "clamp", "workDoneToken": token}
    if method == "axiom/verify":
        params["code"] = code
    for _ in range(2):  # A token that was freed can be used again.
        client.progress_reports[token] = []
        await ask(client, method, params)
        first, *between, last = client.progress_reports[token]
        assert isinstance(first, types.WorkDoneProgressBegin)
        assert "clamp" in first.title
        assert isinstance(last, types.WorkDoneProgressEnd)
        assert between
        assert all(isinstance(one, types.WorkDoneProgressReport) for one in between)
        assert all(one.message for one in between)


async def test_cancelling_by_the_token(client: LanguageClient, tmp_path: Path) -> None:
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    token = "to be cancelled"
    client.progress_reports[token] = []
    params = {"uri": uri, "intent": "clamp", "workDoneToken": token}
    answer = asyncio.create_task(client.protocol.send_request_async("axiom/generate", params))
    while not client.progress_reports[token]:
        await asyncio.wait_for(client.wait_for_notification("$/progress"), 30)
    with pytest.raises(JsonRpcException, match="generating already"):
        await ask(client, "axiom/verify", {"uri": uri, "intent": "clamp"})
    client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    with pytest.raises(JsonRpcException) as refused:
        await asyncio.wait_for(answer, 30)
    assert refused.value.code == -32800
    while not isinstance(client.progress_reports[token][-1], types.WorkDoneProgressEnd):
        await asyncio.wait_for(client.wait_for_notification("$/progress"), 30)
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
