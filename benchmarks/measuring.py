"""How things are measured: CPU of this process and of the database's, medians of several rounds."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")


class Meter:
    """Milliseconds of CPU, of ours and (on PostgreSQL) of the server process that works for us."""

    def __init__(self) -> None:
        self.server = 0
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.server = cursor.fetchone()[0]
                # Its parallel workers would do a part of the work that nobody counts.
                cursor.execute("SET max_parallel_workers_per_gather = 0")

    def now(self) -> float:
        return time.process_time() * 1000 + self.server_now()

    def server_now(self) -> float:
        if not self.server:
            return 0
        path = Path(f"/proc/{self.server}/schedstat")
        return int(path.read_text().split()[0]) / 1e6  # nanoseconds on a CPU

    def cost(self, act: Callable[[], object], *, times: int = 1) -> float:
        """Milliseconds of one call, the mean of so many."""
        start = self.now()
        for _round in range(times):
            act()
        return (self.now() - start) / times


def percentile_95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18]


def middle(values: list[float]) -> float:
    return median(values)
