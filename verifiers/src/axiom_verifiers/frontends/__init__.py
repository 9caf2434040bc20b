"""Source of a target language to core program: the only package that knows a target's syntax."""
