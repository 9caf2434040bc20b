"""The intent language: syntax, types, meaning (evaluation), words, normal form. No I/O."""
