"""A short siege, at each run of the tests; `make proof` holds the long ones."""

from pathlib import Path

from tests.proof.siege import account, besieged


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    with besieged(tmp_path, f"sqlite:///{tmp_path}/maillage.db", seed=4) as siege:
        print(account(siege, 4))
        assert any(depositor.mine for depositor in siege.depositors)
