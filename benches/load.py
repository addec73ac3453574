"""The two ways that load is made: wrk over HTTP, pgbench on the statement alone."""

import os
import re
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
THREADS = 2
PGBENCH = "/usr/lib/postgresql/15/bin/pgbench"
WALK = Path(__file__).with_name("walk.lua")


@dataclass
class Rate:
    """What a run under load gave: answers per second, median time of one in milliseconds, bytes of an answer."""

    per_second: float
    median_ms: float
    bytes_each: float
    refused: int  # answers that were no 2xx or 3xx, and connections that broke
    p99_ms: float = 0.0  # what one answer in a hundred takes longer than


def http(base: str, paths: list, folder: Path, seconds: int, connections: int = CONNECTIONS) -> Rate:
    """Walks over the paths with so many connections for so many seconds."""
    listed = folder / "paths.txt"
    listed.write_text("".join(f"{path}\n" for path in paths))
    out = subprocess.run(
        ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "60s",
         "-H", "Accept-Encoding: gzip", "-s", str(WALK), base],
        env={**os.environ, "BENCH_PATHS": str(listed), "BENCH_THREADS": str(THREADS)},
        check=True, capture_output=True, text=True,
    ).stdout
    requests, duration_us, size, median_us, slow_us, status, broken = map(
        int, re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", out, re.M).groups()
    )
    each = size / max(requests, 1)
    return Rate(requests / (duration_us / 1e6), median_us / 1000, each, status + broken, slow_us / 1000)


def statement(database, sql_script: str, folder: Path, seconds: int, connections: int = CONNECTIONS) -> Rate:
    """Runs a pgbench script with as many clients as wrk has connections, statements prepared once."""
    script = folder / "statement.pgbench"
    script.write_text(sql_script)
    out = subprocess.run(
        [PGBENCH, "-h", database.socket, "-U", database.user, "-n", "-M", "prepared", "-c", str(connections),
         "-j", str(THREADS), "-T", str(seconds), "-f", str(script), database.name],
        check=True, capture_output=True, text=True,
    ).stdout
    tps = float(re.search(r"^tps = ([\d.]+)", out, re.M).group(1))
    average = float(re.search(r"^latency average = ([\d.]+)", out, re.M).group(1))
    return Rate(tps, average, 0, 0)


def alternately(rounds: int, contenders: dict, settle) -> dict:
    """Measures each contender (name → function) in turn, so many rounds, and keeps each one's median;
    `settle` waits for the machine to rest before each turn.

    Turns, since a machine that slows down or warms up in between must not favour one of them.
    """
    runs = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, measure in contenders.items():
            settle()
            runs[name].append(measure())
    return {
        name: Rate(
            statistics.median(run.per_second for run in each),
            statistics.median(run.median_ms for run in each),
            statistics.median(run.bytes_each for run in each),
            sum(run.refused for run in each),
            statistics.median(run.p99_ms for run in each),
        )
        for name, each in runs.items()
    }
