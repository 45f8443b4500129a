"""Base classes for every error forbear raises on purpose.

ForbearError
├─ InvariantError     a bug in forbear: never caught, stops the work
├─ RefusedError       a rule or the state of the loan forbids the action
│  └─ NotVisibleError the object is somebody else's, or does not exist
└─ InputError         the caller or a file gave something unusable
"""


class ForbearError(Exception):
    """Base class for every error forbear raises on purpose."""


class InvariantError(ForbearError):
    """The code broke its own promise. Nothing may catch this."""


class RefusedError(ForbearError):
    """The action is well formed, but may not be done now."""


class NotVisibleError(RefusedError):
    """The object is not there for this actor: absent, or another's. Never says which."""


class InputError(ForbearError):
    """A caller or a file gave something that cannot be used.

    ``field`` names the argument, column or key at fault, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def invariant(holds: bool, promise: str) -> None:
    """Stop when a promise of the code does not hold.

    Unlike ``assert`` it also runs under ``python -O``.
    """
    if not holds:
        raise InvariantError(promise)
