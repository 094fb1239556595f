"""`python -m studio` is `nongbo`."""

import sys

from studio.cli import main

if __name__ == "__main__":
    sys.exit(main())
