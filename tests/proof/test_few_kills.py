"""A short siege, to try the siege itself; `make proof` runs it before the long one."""

from pathlib import Path

import pytest

from tests.proof.siege import account, besieged


@pytest.mark.proof
def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    with besieged(tmp_path, f"sqlite:///{tmp_path}/maillage.db", seed=6) as siege:
        print(account(siege, 6))
