"""What a loan in motion holds, and what of it is left as the position had it."""

from __future__ import annotations

import pytest

from forbear.errors import InvariantError
from forbear.loans.shelf import Shelf


def full_shelf() -> Shelf[str, list[int], tuple[int, ...]]:
    shelf: Shelf[str, list[int], tuple[int, ...]] = Shelf()
    shelf.hold({"a": (1,), "b": (2,), "c": (3,)}, list)
    return shelf


def test_what_nobody_touches_stays_the_very_same():
    """
    A thing that was never asked for is frozen again as the object that it was.
    """
    untouched = (2,)
    shelf: Shelf[str, list[int], tuple[int, ...]] = Shelf()
    shelf.hold({"a": (1,), "b": untouched}, list)
    shelf["a"].append(9)

    assert shelf.frozen(tuple) == ((1, 9), (2,))
    assert shelf.frozen(tuple)[1] is untouched


def test_order_is_that_in_which_things_came():
    """
    Touching things in another order, and adding some, leaves the old ones in their places.
    """
    shelf = full_shelf()
    shelf["c"].append(0)
    shelf["d"] = [4]
    shelf["a"].append(0)

    assert shelf.frozen(tuple) == ((1, 0), (2,), (3, 0), (4,))
    assert shelf.values() == [[1, 0], [2], [3, 0], [4]]
    assert list(shelf) == ["a", "b", "c", "d"]


def test_a_thing_that_is_taken_away_is_gone():
    """
    What was deleted or popped, thawed or not, is neither found nor frozen again.
    """
    shelf = full_shelf()
    shelf["a"].append(0)
    del shelf["a"]

    assert shelf.pop("b") == [2]
    assert shelf.pop("b") is None
    assert shelf.get("a") is None
    assert "b" not in shelf
    assert shelf.frozen(tuple) == ((3,),)


def test_asking_for_what_is_not_there_is_a_mistake_of_ours():
    """
    A key that no thing has breaks an invariant, with its name.
    """
    with pytest.raises(InvariantError, match="x"):
        full_shelf()["x"]
