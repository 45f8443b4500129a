"""The HTTP API, under ``/api/v1``.

Belongs here: reading a request into bounded types, calling one service, writing the answer or the
error in its one shape. Does not: any rule, any query that ``store.selectors`` could make.
"""
