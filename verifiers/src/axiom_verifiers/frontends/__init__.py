"""Source of a target language to core program, one file per language; the only package that knows a target's syntax."""
