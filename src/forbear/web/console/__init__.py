"""The staff console: worklist and case, book, judged acts, evidence, accounts.

A module here is a page: what it reads, and the view that shows it. Forms translate what was typed,
services decide; nothing in here judges, reckons or reaches a gateway.
"""
