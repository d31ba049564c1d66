"""`python -m innodex` is `innodex`."""

import sys

from innodex.cli import main

if __name__ == "__main__":
    sys.exit(main())
