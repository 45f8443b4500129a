"""Planes of bits say what Kleene's tables say, for every row and every mixture of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forbear.nightly.planes import Truth, bytes_of, conjunction, negation, plane_of, truth_of, unknown_in

Answer = bool | None


def truth_from(answers: list[Answer]) -> Truth:
    """Return the planes of answers, None being unknown."""
    known = np.array([answer is not None for answer in answers])
    return truth_of(np.array([answer is True for answer in answers]), plane_of(known))


def answers_of(truth: Truth, rows: int) -> list[Answer]:
    """Return the answers that planes hold, and require that none is both true and false."""
    true, false = bytes_of(truth.true, rows), bytes_of(truth.false, rows)
    unknown = bytes_of(unknown_in(truth), rows)
    assert (true + false + unknown).tolist() == [1] * rows
    return [None if not (t or f) else bool(t) for t, f in zip(true, false, strict=True)]


def both_after_kleene(one: Answer, other: Answer) -> Answer:
    """Return ``and`` of two answers."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


rows_of_pairs = st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 2), min_size=1, max_size=40)


@given(
    pairs=rows_of_pairs | st.tuples(st.sampled_from([(True, None), (False, True)])).map(lambda p: [*p] * 9)
)
def test_planes_follow_kleene(pairs: list[tuple[Answer, Answer]]) -> None:
    """
    And, not and unknown of planes are those of each row, also where every row is alike.
    """
    rows = len(pairs)
    one, other = (truth_from([pair[side] for pair in pairs]) for side in (0, 1))

    assert answers_of(one, rows) == [first for first, _ in pairs]
    assert answers_of(conjunction(one, other), rows) == [both_after_kleene(*pair) for pair in pairs]
    assert answers_of(negation(one), rows) == [None if first is None else not first for first, _ in pairs]
