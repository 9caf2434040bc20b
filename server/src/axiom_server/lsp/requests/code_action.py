"""textDocument/codeAction: fixes of problems, accept, preview, undo, export."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from axiom_server.features.actions import Action, actions
from axiom_server.lsp.convert import range_, to_range
from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    @session.server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.Refactor]
        ),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        if document is None:
            return []
        at = to_range(params.range)
        found = actions(document.snapshot, document.known, at, session.encoding)
        return [
            _action(one, uri, params.context.diagnostics)
            for one in found
            if session.trusted or one.command is None
        ]


def _action(one: Action, uri: str, given: Sequence[types.Diagnostic]) -> types.CodeAction:
    quick = one.kind == "quickfix"
    made = types.CodeAction(
        title=one.title,
        kind=types.CodeActionKind.QuickFix if quick else types.CodeActionKind.Refactor,
        is_preferred=one.preferred or None,
    )
    if one.edits:
        edits = [types.TextEdit(range_(edit.range), edit.text) for edit in one.edits]
        made.edit = types.WorkspaceEdit(changes={uri: edits})
        made.diagnostics = [other for other in given if other.code == one.code] or None
    if one.command:
        about = {"uri": uri, "intent": one.intent}
        if one.candidate:
            about["candidate"] = one.candidate
        made.command = types.Command(
            title=one.title, command=f"axiom.{one.command}", arguments=[about]
        )
    return made
