"""``python tools/mutation.py``: move each number of each law pack by its smallest step; a case must break.

Every value of every parameter is moved up and down by the step that it declares, in the years in which it
holds, and the cases of the rules that look at it are tried. The exit status is 1
where all of them hold all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.cases import try_cases
from forbear.law.expression import names_in
from forbear.law.pack import Pack, Parameter, ParameterValue, Profile
from forbear.law.parse import parse


def moved(pack: Pack, parameter: Parameter, value: ParameterValue, by: int) -> Pack:
    """Return the pack with one value of a parameter moved, and only the rules whose conditions look at it."""
    number = not value.value if isinstance(value.value, bool) else value.value + by
    eras = tuple(
        replace(era, parameters={**era.parameters, parameter.name: number})
        if era.parameters_since.get(parameter.name) == value.since
        else era
        for era in pack.eras
    )
    return replace(
        pack, eras=eras, rules=tuple(rule for rule in pack.rules if _decides(rule.id, pack, parameter))
    )


def _decides(rule_id: str, pack: Pack, parameter: Parameter) -> bool:
    """Whether a rule of the pack's own, not of the pack that it extends, looks at the number."""
    rule = pack.rule(rule_id)
    if not rule_id.startswith(f"{pack.id}."):
        return False
    return parameter.name in names_in(rule.applies, rule.when, *(item.when for item in rule.exemptions))


def unnoticed(pack: Pack) -> Iterator[str]:
    """Yield each move that no case of the pack notices; a number that is only spoken of is left out."""
    for parameter in pack.parameters.values():
        if not any(_decides(rule.id, pack, parameter) for rule in pack.rules):
            continue
        for value in parameter.values:
            for by in (-parameter.step, parameter.step):
                if not any(result.complaint for result in try_cases(moved(pack, parameter, value, by))):
                    yield f"{pack.id}: {parameter.name} from {value.since}: {value.value} moved by {by:+d}"


def main() -> int:
    """Print what goes unnoticed and return the exit status."""
    found = []
    for pack_id in pack_ids():
        pack = parse(read_pack_texts(pack_id), profile=Profile.CONFORMANCE)
        found += list(unnoticed(pack))
        print(f"{pack_id}: {len(pack.parameters)} numbers, {len(pack.rules)} rules")
    for line in found:
        print(f"No case breaks: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
