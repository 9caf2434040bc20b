"""Wiring, one file per request, conversion, custom messages; the only package that imports pygls and lsprotocol."""
