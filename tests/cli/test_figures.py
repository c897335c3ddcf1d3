"""`maillage figures` counts what is missing, or the past again."""

from tests.installation import Installation


def test_the_figures_are_counted_and_counted_again(demonstration: Installation) -> None:
    first, again = demonstration.run("figures"), demonstration.run("figures", "--rebuild")
    assert (first.status, again.status) == (0, 0), first.err + again.err
    assert first.out.startswith("Chiffres comptés jusqu’au ")
    assert again.out == first.out


def test_there_is_nothing_to_count_in_an_empty_house(prepared: Installation) -> None:
    assert prepared.run("figures").out.strip() == "Rien à compter encore."
