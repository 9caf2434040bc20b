"""Core program and contract to obligations: one proof task per clause and place."""
