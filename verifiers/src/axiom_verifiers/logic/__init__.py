"""Sorts, terms, simplification, SMT-LIB out and in. No I/O."""
