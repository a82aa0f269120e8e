"""One file a command, or a few that belong together; each registers nothing, `cli.app` does."""
