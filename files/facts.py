"""What happens to files."""

from dataclasses import dataclass

from core.facts import Fact


@dataclass(frozen=True, slots=True)
class FileRead(Fact):
    """The worker has read a file, or said why it cannot be read."""

    file_id: int
