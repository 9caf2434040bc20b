"""Build, sign, seal bundles; `check` is pure with I/O handed in."""
