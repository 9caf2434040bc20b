"""Wiring, one file per request, conversion, custom messages.

The only package that imports pygls and lsprotocol.
"""
