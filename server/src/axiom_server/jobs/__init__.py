"""Worker processes, deadlines, cancellation."""
