"""The cache that all processes count in: the database by default, Redis where it is named."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.test import override_settings

from bookkinda import env


@pytest.mark.redis
def test_a_redis_address_gives_a_cache_that_counts_for_everybody(redis_address, monkeypatch):
    monkeypatch.setenv("CACHE_URL", redis_address)
    setting = env.url("CACHE_URL", "cache")

    with override_settings(CACHES={"default": setting, "another process": dict(setting)}):
        here: BaseCache = caches["default"]
        there: BaseCache = caches["another process"]
        here.set("attempts", 1, 60)
        there.incr("attempts")

        assert here.get("attempts") == 2
