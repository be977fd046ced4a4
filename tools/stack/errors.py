"""The exception that the stack raises for problems that the user can fix."""


class StackError(RuntimeError):
    """A service could not be built, started or reached; the message says what to do."""
