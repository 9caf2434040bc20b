"""The `axiom-verify` command."""
