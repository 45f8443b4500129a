"""Law as data: packs in, facts in, verdicts out.

Belongs here: reading a pack, deriving facts from a contact log, judging, saying why. Does not:
any rule (they are YAML in ``forbear/lawpacks``), any file (the caller reads), any clock.
"""

from forbear.law.judge import judge
from forbear.law.parse import parse

__all__ = ["judge", "parse"]
