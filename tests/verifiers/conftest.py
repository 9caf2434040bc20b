"""Fixtures that the tests of several verifiers share."""

from __future__ import annotations

import pytest

from axiom_verifiers.sandbox.python import PythonSandbox, shared


@pytest.fixture(scope="session")
def sandbox() -> PythonSandbox:
    """The machine's one sandbox; the first test run on a machine builds it, under a minute."""
    return shared()
