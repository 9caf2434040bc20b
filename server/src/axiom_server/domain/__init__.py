"""Frozen structs, events, ids, settings."""
