"""`mozregression` and `python -m mozregression`."""

import sys


def main() -> int:
    """Run the console. Answers `--version` without loading anything else."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from mozregression import __version__

        print(f"mozregression {__version__}")
        return 0
    from mozregression.console.main import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
