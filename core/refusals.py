"""How the domain says no: with a code that a page turns into words."""


class Refused(Exception):
    """An action that the rules forbid or that cannot be done now.

    `code` is stable ("topic-closed"); the pages hold the sentence for each code.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
