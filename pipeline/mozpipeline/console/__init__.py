"""The command line. Each command's module is imported when the command is run."""
