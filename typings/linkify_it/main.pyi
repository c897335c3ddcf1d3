class Match:
    schema: str
    url: str

class LinkifyIt:
    def normalize(self, match: Match) -> None: ...
