"""Moves the numbers of a law pack by one, for tests that ask whether some case would notice."""

from __future__ import annotations

from forbear.documents.scalars import clock_of
from forbear.errors import invariant
from forbear.gateways.packs import read_pack_texts
from forbear.law.expression import Kind
from forbear.law.pack import Pack


def own_rules_numbers(pack: Pack) -> list[str]:
    """Return the parameters that conditions of the pack's own rules look at, none of its base's."""
    own = [rule for rule in pack.rules if rule.id.startswith(f"{pack.id}.")]
    conditions = [f"{rule.when} {rule.applies}" for rule in own]
    return sorted(name for name in pack.parameters if any(f"'{name}'" in text for text in conditions))


def varied(pack: Pack, name: str, by: int) -> dict[str, str]:
    """Return the pack's texts with every value of a parameter changed by so much (minutes for a time)."""
    texts = read_pack_texts(pack.id)
    parameter = pack.parameters[name]
    for file, text in texts.items():
        start = text.find(f"\n  {name}:\n")
        if start < 0:
            continue
        end = text.index("certainty", start)
        written = parameter.values[0].value
        shown = (f'"{clock_of(written)}"', f'"{clock_of(written + by)}"')
        if parameter.kind is Kind.INT:
            shown = (str(written), str(written + by))
        section = text[start:end].replace(f"value: {shown[0]}", f"value: {shown[1]}")
        invariant(section != text[start:end], f"{name} does not stand in {file} as it was read")
        return texts | {file: text[:start] + section + text[end:]}
    raise AssertionError(name)
