"""Tiers, verification budget, confidence; streams evidence. The only package that knows all verifiers."""
