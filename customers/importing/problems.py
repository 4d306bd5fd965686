"""What can go wrong with a whole file; what is wrong with a row stays with the row."""


class FileRefused(Exception):
    """The file cannot be used; nothing was changed. The text says why, and what to do.

    `hint` says what to do at the command line, where a page has a field for it.
    """

    def __init__(self, text: str, *, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


class TakenOver(Exception):
    """Another process went on with this import. What it had saved stays saved, once."""


class NotNow(Exception):
    """What was asked for does not fit the state of the import. The text says why."""
