"""Who gives verdicts: a command, or a person at a prompt or a window."""
