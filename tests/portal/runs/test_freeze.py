"""Freeze, compute, publish: what is needed, what is kept, and that it cannot be changed."""

from __future__ import annotations

import pytest

from portal.runs._stage import Stage

pytestmark = pytest.mark.django_db


def test_whole_way():
    stage = Stage().to_published("public")
    assert stage.run.edition
