"""Regions: what is the person's own is never touched; placing and restoring are inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axiom_server.errors import ConflictError
from axiom_server.studio import regions
from axiom_verifiers.contracts.types import INT, RecordType

CODE = "def clamp(x: int) -> int:\n    return x\n"
OTHER = "def clamp(x: int) -> int:\n    return -x\n"
LINE = RecordType("Line", (("price", INT), ("quantity", INT)))


def put(text: str, code: str = CODE, *records: RecordType) -> str:
    return regions.apply(text, regions.place(text, "clamp", "abc123", code, records))


def test_a_new_file_holds_just_the_region() -> None:
    assert put("") == f"# axiom: begin clamp abc123\n{CODE}# axiom: end clamp\n"


def test_again_replaces_only_the_region() -> None:
    text = put("import os\n\nX = 1\n") + "\nY = 2\n"
    assert put(text, OTHER) == text.replace(CODE, OTHER)


def test_crlf_and_byte_order_mark_survive() -> None:
    text = put("\ufeffX = 1\r\nY = 2\r\n")
    assert text.startswith("\ufeffX = 1\r\nY = 2\r\n")
    assert text.count("\n") == text.count("\r\n")


def test_future_imports_go_to_the_head() -> None:
    code = "from __future__ import annotations\n" + CODE
    text = put('#!/usr/bin/env python3\n"""Doc."""\nX = 1\n', code)
    assert text.startswith(
        '#!/usr/bin/env python3\n"""Doc."""\nfrom __future__ import annotations\nX = 1\n'
    )
    assert put(text, code) == text


def test_records_are_written_once() -> None:
    text = put("", CODE, LINE)
    assert text.count("class Line:") == 1
    assert put(text, OTHER, LINE).count("class Line:") == 1
    compile(text, "target", "exec")


def test_a_code_that_defines_its_records_keeps_them() -> None:
    code = "class Line:\n    pass\n\n\n" + CODE
    assert "begin types" not in put("", code, LINE)


@pytest.mark.parametrize(
    "own",
    ["def clamp():\n    pass\n", "class clamp: ...\n", "clamp = 3\n", "async def clamp(): ..."],
)
def test_the_persons_own_definition_is_refused(own: str) -> None:
    with pytest.raises(ConflictError, match="line 3 defines clamp already"):
        put("# mine\n\n" + own)


@pytest.mark.parametrize(
    "text",
    [
        "# axiom: begin clamp a\ndef clamp(): ...\n",
        "# axiom: end clamp\n",
        "# axiom: begin clamp a\n# axiom: end other\n",
        "# axiom: begin clamp\n# axiom: end clamp\n# axiom: begin clamp\n# axiom: end clamp\n",
    ],
)
def test_broken_markers_are_refused(text: str) -> None:
    with pytest.raises(ConflictError, match=r"line \d"):
        put(text)


def test_restore_refuses_a_hand_edit() -> None:
    text = put("")
    after = text.rstrip("\n")
    with pytest.raises(ConflictError, match="edited by hand"):
        regions.restore(text.replace("return x", "return x + 1"), "clamp", after, None)


@given(
    st.lists(st.sampled_from(["X = 1", "", "# note", "def other(): ...", '"""text"""'])),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_undo_after_do_is_identity(lines: list[str], newline: str, mark: bool) -> None:
    text = ("\ufeff" if mark else "") + "".join(line + newline for line in lines)
    done = put(text)
    region = regions.region_of(done, "clamp")
    assert region is not None
    after = done[region.start : region.end].replace("\r\n", "\n")
    undone = regions.apply(done, regions.restore(done, "clamp", after, None))
    assert undone.rstrip() == text.rstrip()
    assert (
        regions.apply(undone, regions.place(undone, "clamp", "abc123", CODE)).count(CODE[:20]) == 1
    )
