"""``python -m forbear.cli`` is ``forbear``."""

import sys

from forbear.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
