"""The console face: arguments, prompts, progress, colours."""
