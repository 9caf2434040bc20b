"""AXIOM's verifiers: contracts in, evidence and certificates out."""
