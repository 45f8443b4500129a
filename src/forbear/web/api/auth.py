"""Who is asking: a bearer token stands for one account of one lender."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from forbear.services.token import token_user
from forbear.store.models import User
from forbear.web.api.errors import ApiError
from forbear.web.limits import TokenBucket

TOKEN_LENGTH_MAX = 200

CALLS = TokenBucket(burst=12_000, per_second=200)
"""Per token: what a nightly batch needs, and no more than the database likes."""

FAILURES = TokenBucket(burst=60, per_second=0.5)
"""Per address: how many wrong tokens may be tried."""


class Bearer(HttpBearer):
    """Lets in the live tokens of accounts with one of ``roles``."""

    def __init__(self, *roles: str) -> None:
        super().__init__()
        self.roles = frozenset(roles)

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the token's account, or None; raises ApiError when it may not do this, or not yet."""
        address = request.META.get("REMOTE_ADDR", "")
        if wait := FAILURES.wait(address):
            raise ApiError("too_many_requests", f"Too many wrong tokens; wait {wait} s.", retry_after=wait)
        user = token_user(secret=token) if len(token) <= TOKEN_LENGTH_MAX else None
        if user is None:
            FAILURES.take(address)
            return None
        if wait := CALLS.take(str(user.pk)):
            raise ApiError("too_many_requests", f"Too many requests; wait {wait} s.", retry_after=wait)
        if user.role not in self.roles:
            raise ApiError("role_forbidden", f"The role {user.role} may not do this; use a token that may.")
        request.user = user
        return user
