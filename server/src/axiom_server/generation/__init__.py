"""The candidate engine; sees models only through `Backend`."""
