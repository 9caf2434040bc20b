"""Text to tree to intents to snapshot, incremental. No I/O."""
