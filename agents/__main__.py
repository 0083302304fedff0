"""``python -m agents`` is the console script ``wiredesk``."""

from agents.cli import main

if __name__ == "__main__":
    main()
