"""Regions: what is the person's own is never touched; placing and restoring are inverse."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axiom_server.errors import ConflictError
from axiom_server.studio import regions
from axiom_verifiers.contracts.types import INT, RecordType

CODE = "def clamp(x: int) -> int:\n    return x\n"
OTHER = "def clamp(x: int) -> int:\n    return -x\n"
LINE = RecordType("Line", (("price", INT), ("quantity", INT)))


def put(text: str, code: str = CODE, *records: RecordType) -> str:
    placing = regions.place(text, "clamp", "abc123", code, records)
    return regions.apply(text, placing.replacements)


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


@pytest.mark.parametrize("text", ["", "# note\n", "\ufeff", "  "])
def test_what_is_put_is_code(text: str) -> None:
    """In a file that has nothing but a head, too, `from __future__` comes first."""
    placing = regions.place(text, "clamp", "abc123", FUTURE + CODE, (LINE,))
    places = [(one.start, one.end) for one in placing.replacements]
    assert all(last < one for (_, last), (one, _) in itertools.pairwise(places))
    done = regions.apply(text, placing.replacements)
    compile(done.removeprefix("\ufeff"), "target", "exec")
    assert regions.region_of(done, "clamp") is not None


def test_future_imports_of_a_file_that_begins_with_a_region() -> None:
    assert put(put(""), FUTURE + OTHER) == FUTURE + put("", OTHER)


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
        regions.restore(text.replace("return x", "return x + 1"), "clamp", after, None, None)


# Targets as people have them: any line ends, mixed ones too, a last line without its end, blank
# files, regions that stand there already.
TARGETS = st.tuples(
    st.sampled_from(["", "\ufeff"]),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["X = 1", "", "  ", "# note", "def other(): ...", '"""text"""', "#!python"]
            ),
            st.sampled_from(["\n", "\r\n"]),
        ).map("".join),
        max_size=5,
    ).map("".join),
    st.sampled_from(
        [
            "",
            "# axiom: begin clamp a\r\ndef clamp(): ...\n# axiom: end clamp \n",
            "# axiom: begin types\nclass Line: ...\n# axiom: end types\n",
            "# axiom: begin twice a\ndef twice(): ...\n# axiom: end twice\n",
        ]
    ),
    st.sampled_from(["", " ", "Y = 2", "\r"]),
).map("".join)
# How long a draw takes says how busy the machine is, nothing about what is tested.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FUTURE = "from __future__ import annotations\n"


@PATIENT
@given(TARGETS, st.sampled_from(["clamp", "twice"]), st.sampled_from([CODE, FUTURE + CODE]))
def test_undo_after_do_is_identity(text: str, second: str, code: str) -> None:
    """Two accepts, taken back one after the other; then again, and taken back again."""
    texts, done = [text], []
    for name, given_code in (("clamp", code), (second, FUTURE + OTHER)):
        now = texts[-1]
        before = regions.region_of(now, name)
        held = now[before.start : before.end].replace("\r\n", "\n") if before else None
        own = given_code.replace("clamp", name)
        placing = regions.place(now, name, "abc123", own, (LINE,))
        after = regions.region_text(name, "abc123", own)
        done.append((name, after, held, placing.placed))
        texts.append(regions.apply(now, placing.replacements))
    for _ in range(2):
        now = texts[-1]
        for (name, after, held, placed), wanted in zip(
            reversed(done), reversed(texts[:-1]), strict=True
        ):
            now = regions.apply(now, regions.restore(now, name, after, held, placed))
            assert now == wanted
        for (name, after, _, placed), wanted in zip(done, texts[1:], strict=True):
            again = regions.place_again(now, name, after, placed)
            assert again.placed == placed
            now = regions.apply(now, again.replacements)
            assert now == wanted


@PATIENT
@given(TARGETS, st.sampled_from(["", "Z = 3", "\n\nZ = 3\n"]), st.sampled_from(["\n", "\r\n"]))
def test_undo_keeps_what_was_written_since(text: str, more: str, newline: str) -> None:
    """After the region, and whatever the editor has done to all line ends meanwhile."""
    placing = regions.place(text, "clamp", "abc123", FUTURE + CODE)
    after = regions.region_text("clamp", "abc123", FUTURE + CODE)
    before = regions.region_of(text, "clamp")
    held = text[before.start : before.end].replace("\r\n", "\n") if before else None
    now = regions.apply(text, placing.replacements) + more
    now = now.replace("\r\n", "\n").replace("\n", newline)
    undone = regions.apply(now, regions.restore(now, "clamp", after, held, placing.placed))
    own = [line for line in f"{text}\n{more}".lstrip("\ufeff").splitlines() if line.strip()]
    if before is not None:  # It stood there already, and what came after it may be on its line.
        assert "".join(undone.split()) == "".join((text + more).split())
        return
    left = undone.lstrip("\ufeff").splitlines()
    assert [line for line in left if line.strip()] == own
    assert undone.count("\n") == undone.count(newline)


def test_what_a_later_accept_relies_on_is_kept() -> None:
    first = regions.place("X = 1", "clamp", "a", FUTURE + CODE, (LINE,))
    text = regions.apply("X = 1", first.replacements)
    other = CODE.replace("clamp", "twice")
    second = regions.place(text, "twice", "b", FUTURE + other, (LINE,))
    text = regions.apply(text, second.replacements)
    after = regions.region_text("clamp", "a", CODE)
    text = regions.apply(text, regions.restore(text, "clamp", after, None, first.placed))
    assert text.startswith(FUTURE)
    assert "class Line" in text
    assert "def clamp" not in text
    after = regions.region_text("twice", "b", other)
    text = regions.apply(text, regions.restore(text, "twice", after, None, second.placed))
    assert "axiom:" not in text


def test_what_was_accepted_before_it_was_recorded_can_be_undone() -> None:
    text = put("X = 1\n", CODE, LINE)
    after = regions.region_text("clamp", "abc123", CODE)
    undone = regions.apply(text, regions.restore(text, "clamp", after, None, None))
    assert undone.rstrip() == "X = 1"
    again = regions.place_again(undone, "clamp", after, None)
    assert "def clamp" in regions.apply(undone, again.replacements)
