"""What can go wrong before anything useful runs; the message is all that the person at the terminal sees."""


class EmbeddedError(Exception):
    """The embedded services cannot do what was asked; the text says what to do."""


class UnsupportedPlatformError(EmbeddedError):
    """There is no server binary for this machine."""

    def __init__(self, package: str, variable: str) -> None:
        super().__init__(
            f"The package {package} has no server for this machine. Install the server yourself, name it in {variable} "
            f"(README.md shows how) and start again."
        )
