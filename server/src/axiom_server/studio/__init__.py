"""The use cases: interpret, generate, verify, accept, export, undo; the only package that ties the services together."""
