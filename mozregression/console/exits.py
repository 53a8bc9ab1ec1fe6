"""How the program ends: its exit statuses, told in docs/console.md."""

EXIT_FOUND = 0
EXIT_NO_ANSWER = 1
EXIT_USAGE = 2
EXIT_STOPPED = 3
EXIT_FAULT = 4
EXIT_NARROWED = 5
EXIT_WRONG_BOUNDS = 6
EXIT_NO_BUILDS = 7
