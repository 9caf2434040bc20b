"""Candidates for loop invariants, filtered by runs, then proved."""
