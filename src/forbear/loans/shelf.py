"""Parts of a loan in motion, of which those that nobody touches stay as the position holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar, cast

from forbear.errors import InvariantError

Key = TypeVar("Key")
Live = TypeVar("Live")
Frozen = TypeVar("Frozen")


class Shelf(Generic[Key, Live, Frozen]):
    """Live things by key, in the order in which they came.

    What came out of a position is thawed when it is first asked for, and what was never asked for goes
    into the next position as it is: one payment on an old loan touches few of its instalments.
    """

    __slots__ = ("_held", "_live", "_thaw")

    def __init__(self) -> None:
        self._held: dict[Key, Frozen | None] = {}
        """Every key, in order, with what was frozen under it; ``_live`` tells what stands there now."""
        self._live: dict[Key, Live] = {}
        self._thaw: Callable[[Frozen], Live] | None = None

    def hold(self, things: dict[Key, Frozen | None], thaw: Callable[[Frozen], Live]) -> None:
        """Hold frozen things, and nothing else; ``things`` is this shelf's own from now on."""
        self._held, self._live, self._thaw = things, {}, thaw

    def get(self, key: Key) -> Live | None:
        """Return what stands under ``key``, to be changed at will; None where nothing does."""
        live = self._live.get(key)
        if live is None and self._thaw is not None:
            frozen = self._held.get(key)
            if frozen is not None:
                live = self._live[key] = self._thaw(frozen)
        return live

    def __getitem__(self, key: Key) -> Live:
        found = self.get(key)
        if found is None:
            raise InvariantError(f"a loan in motion has {key}")
        return found

    def __setitem__(self, key: Key, thing: Live) -> None:
        self._live[key] = thing
        self._held.setdefault(key)

    def __delitem__(self, key: Key) -> None:
        self._live.pop(key, None)
        del self._held[key]

    def __contains__(self, key: Key) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[Key]:
        return iter(self._held)

    def pop(self, key: Key) -> Live | None:
        """Take away what stands under ``key``; return None where nothing does."""
        found = self.get(key)
        if found is not None:
            del self[key]
        return found

    def values(self) -> list[Live]:
        """Return everything, to be changed at will."""
        if self._thaw is None:
            return list(self._live.values())
        return [self[key] for key in self._held]

    def frozen(self, freeze: Callable[[Live], Frozen]) -> tuple[Frozen, ...]:
        """Return everything in its frozen form."""
        if self._thaw is None:
            return tuple([freeze(live) for live in self._live.values()])
        fresh = {key: freeze(live) for key, live in self._live.items()}
        return tuple(cast("dict[Key, Frozen]", self._held | fresh).values())
