"""Words: scripts, templates and transcripts read for acts that the law forbids, with the place of each.

Belongs here: how a text is folded, how patterns are read from YAML, how they are looked for, and how
a trained model speaks beside them. Does not: any pattern (they are data in ``forbear/lawpacks/words``),
any training. What is found is advice to people; it decides nothing and punishes nobody.
"""

from forbear.law.words.check import check
from forbear.law.words.parse import parse_words

__all__ = ["check", "parse_words"]
