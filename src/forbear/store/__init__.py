"""What is kept: Django models, the querysets that read them, and every line of raw SQL.

Belongs here: tables, constraints, triggers, selectors. Does not: decisions (``conduct``, ``law``)
and use cases (``services``). Every lender's row names its lender.
"""
