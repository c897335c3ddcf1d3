class FrenchStemmer:
    def stemWords(self, words: list[str]) -> list[str]: ...  # noqa: N802
