"""AXIOM's language server, command line and services."""
