"""What the editor shows: plain functions of a snapshot. No LSP types, no I/O."""
