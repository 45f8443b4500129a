"""The closed lists of messages beside the United States pack, read once."""

from __future__ import annotations

from functools import cache

from forbear.gateways.messages import read_message_texts
from forbear.law.messages import MessageRules, parse_messages


@cache
def message_rules() -> MessageRules:
    """Return the lists that stand beside the pack."""
    return parse_messages(read_message_texts("us"))


def collects_words(text: object) -> bool:
    """Tell whether words show that it is about collecting a debt."""
    return message_rules().limited_content.shows_collection.search(str(text)) is not None
