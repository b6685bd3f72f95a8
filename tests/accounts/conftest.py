"""Passwords hashed at little cost: what is tested here is who gets in, not how long a guess takes."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from outreach.accounts import passwords


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()
