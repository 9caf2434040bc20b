"""textDocument/diagnostic: pulled by clients that can; others are pushed to."""

from __future__ import annotations

from lsprotocol import types

from axiom_server.lsp.session import Session


def register(session: Session) -> None:
    server = session.server
    last: dict[str, tuple[str, list[types.Diagnostic]]] = {}

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(
            inter_file_dependencies=True, workspace_diagnostics=False, identifier="axiom"
        ),
    )
    def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        document = session.documents.get(uri)
        found = session.diagnostics_of(document) if document is not None else []
        before = last.get(uri)
        if before is not None and before[1] == found:
            if params.previous_result_id == before[0]:
                return types.RelatedUnchangedDocumentDiagnosticReport(result_id=before[0])
            name = before[0]
        else:
            name = str(int(before[0]) + 1 if before else 1)
            last[uri] = (name, found)
        return types.RelatedFullDocumentDiagnosticReport(items=found, result_id=name)
