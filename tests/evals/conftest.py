"""An installation of these tests alone: its index built once, its state empty, its day fixed."""

from datetime import date
from pathlib import Path

import pytest

from assistant.app import Assistant, assemble
from assistant.settings import Settings

DAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home: Path = tmp_path_factory.mktemp("evals")
    made = assemble(Settings(index_dir=home / "index", state_dir=home / "state"), today=lambda: DAY)
    made.build_index()
    return made
