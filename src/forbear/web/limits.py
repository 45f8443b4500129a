"""How often one caller may ask: a bucket that fills steadily and is emptied by asking."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

CALLERS_MAX = 10_000


class TokenBucket:
    """Lets each caller make ``burst`` requests at once, and ``per_second`` more as time goes by.

    Held in the memory of one server process, for the ``CALLERS_MAX`` callers seen last; of several
    processes each counts for itself. A caller that is an address is the proxy's own where there is one
    that FORBEAR_TRUSTED_PROXY does not name.
    """

    def __init__(
        self, *, burst: int, per_second: float, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str) -> int:
        """Take one request of ``caller``; return 0, or the whole seconds to wait for the next one."""
        with self._lock:
            left, now = self._refilled(caller)
            wait = 0 if left >= 1 else math.ceil((1 - left) / self._per_second)
            self._left[caller] = (left - 1 if left >= 1 else left, now)
            self._left.move_to_end(caller)
            if len(self._left) > CALLERS_MAX:
                self._left.popitem(last=False)
            return wait

    def wait(self, caller: str) -> int:
        """Return the whole seconds that ``caller`` must wait, without taking anything."""
        with self._lock:
            left, _ = self._refilled(caller)
            return 0 if left >= 1 else math.ceil((1 - left) / self._per_second)

    def _refilled(self, caller: str) -> tuple[float, float]:
        now = self._seconds()
        left, since = self._left.get(caller, (float(self._burst), now))
        return min(float(self._burst), left + (now - since) * self._per_second), now
