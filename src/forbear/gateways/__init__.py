"""The ways out of Forbear: clock, mail, text messages, voice, payments.

Belongs here: ports and their adapters, given a typed configuration, and what is read from packages
and files: law packs, tables, calendars. Does not: deciding whether anything may go out; only
``services.contact`` and ``services.message`` reach a person through them.
"""
