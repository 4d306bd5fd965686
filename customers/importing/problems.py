"""What can go wrong with a whole file; what is wrong with a row stays with the row."""


class FileRefused(Exception):
    """The file cannot be used; nothing was changed. The text says why, and what to do."""


class TakenOver(Exception):
    """Another process went on with this import. What it had saved stays saved, once."""


class NotNow(Exception):
    """What was asked for does not fit the state of the import. The text says why."""
