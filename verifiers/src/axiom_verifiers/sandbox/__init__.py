"""Runs code under test, one file per language runtime; the only package that imports wasmtime."""
