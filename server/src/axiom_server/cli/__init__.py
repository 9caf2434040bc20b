"""The `axiom` command, one file per subcommand."""
