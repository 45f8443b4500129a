"""Loans: terms, schedules, events, and the fold that turns them into a position.

Belongs here: everything about one loan that follows from its terms and its events. Does not:
people, contacts, storage, today's date. Shared integer rules (bucket edges, allocation order) are
data in ``rules``; ``forbear.nightly`` reads the same data by column.

``usual`` has the names that a user needs. ``terms`` and ``events`` go in, ``fold`` gives a ``position``,
``explain`` tells why; ``ledger`` makes events for callers without a store, ``schedule`` is what the
contract plans, ``codec`` how all of it is stored and chained. Inside, a loan is a ``state`` that
``changes`` (events), ``due`` (days) and ``allocation`` (money) move, with an ``accrual`` for each
interest; ``freezing`` turns it into a position and back.

Terms with a ``pattern`` are laid out by it: ``layout`` makes steps of them, ``plan`` runs these
(``plan_steps``), and rows of a schedule come of it. ``instalments`` changes what is to come, ``sharing``
shares money out by ``payment_rules``; ``charges``, ``credits`` and ``amendments`` are what events do,
``bearing`` is interest that follows the balance. Out of the same fold come ``statement`` (schedule, ledger,
charges), ``delinquency``, ``accruals`` and ``postings``; ``corrections`` sets two statements side by side.

``schedule`` builds the level-payment schedule fast, through ``level``; a property test holds it equal to
what ``plan`` makes of the same terms.

Beside the fold stand functions of flows and claims alone: ``cost`` is what a loan costs in a year by each
law, ``claims`` what the statute lets a payment settle, what may be claimed, and until when.
"""
