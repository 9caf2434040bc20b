"""The use cases: interpret, generate, verify, accept, export, undo.

The only package that ties the services together.
"""
