"""The API as one object: its title, its errors, its operations."""

from __future__ import annotations

from ninja import NinjaAPI

from forbear.web.api import errors
from forbear.web.api.judge import router as judge
from forbear.web.api.loans import router as loans
from forbear.web.api.parser import BoundedParser
from forbear.web.api.payments import router as payments

DESCRIPTION = (
    "Record payments, read what is owed and why, and ask what the law says of an act before it is done. "
    "Amounts are decimal text with a currency; instants carry their offset; an id's prefix names its kind."
)

api = NinjaAPI(
    title="Forbear API",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    parser=BoundedParser(),
    urls_namespace="api_v1",
)
errors.install(api)
api.add_router("", payments)
api.add_router("", loans)
api.add_router("", judge)
