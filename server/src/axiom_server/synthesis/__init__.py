"""The embedded backend: program synthesis, no network."""
