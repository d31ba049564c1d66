"""Operators with home folders and databases that are thrown away."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from _command import Operator, fresh_database


def _name() -> str:
    return f"operator_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """Nothing has been made yet."""
    with fresh_database(_name()) as url:
        yield Operator(tmp_path / "home", url)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Operator]:
    """Another place where nothing has been made yet."""
    with fresh_database(_name()) as url:
        yield Operator(tmp_path / "elsewhere", url)


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    with fresh_database(_name()) as url:
        yield Operator(tmp_path_factory.mktemp("begun") / "home", url).begin()


@pytest.fixture
def portal(_begun: Operator, tmp_path: Path) -> Iterator[Operator]:
    """A home folder with its first administrator: a copy of one that `innodex init` made."""
    home = tmp_path / "home"
    shutil.copytree(_begun.home, home)
    home.chmod(0o700)
    with fresh_database(_name(), like=_begun.database) as url:
        yield Operator(home, url)
