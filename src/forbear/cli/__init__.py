"""The command line: ``forbear``.

Belongs here: reading arguments, setting Django up, saying what happened. Does not: deciding
anything; each command calls one service and prints its answer. Every error leaves through
``cli.failures`` as one sentence.
"""

from forbear.cli.main import main

__all__ = ["main"]
