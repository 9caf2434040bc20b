"""The core program: a small typed imperative language that every front end translates into."""
