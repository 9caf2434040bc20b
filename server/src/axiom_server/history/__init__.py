"""Events, projections, the store; the only package with SQL."""
