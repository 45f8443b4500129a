"""A telephone that is not there: it takes the order and says what a real one would."""

from __future__ import annotations

from forbear.gateways.ports import CallOrder, PlacedCall


class Softphone:
    """Places calls on paper only; references follow from the call, so placing again is the same call."""

    def place(self, order: CallOrder) -> PlacedCall:
        """Return the references of a call that the agent's own telephone makes."""
        return PlacedCall(call_ref=f"call:{order.call_id}", recording_ref=f"recording:{order.call_id}")
