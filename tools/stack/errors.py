"""The one exception that the stack raises for anything a person can act on."""


class StackError(RuntimeError):
    """A service could not be built, started or reached; the message says what to do about it."""
