"""One short module a command: argv, one call, a renderer."""
