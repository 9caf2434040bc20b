"""Text to tree to intents to snapshot, incremental. No I/O."""

from axiom_server.documents.chunks import Chunk
from axiom_server.documents.positions import Change, Encoding, Position, Range
from axiom_server.documents.snapshot import Item, Snapshot

__all__ = ["Change", "Chunk", "Encoding", "Item", "Position", "Range", "Snapshot"]
