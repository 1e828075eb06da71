"""`python -m structviz`: the command line."""

import sys

from structviz.cli import main

sys.exit(main())
