"""A ledger of 50 million events: what an event takes on disk, and how long a report takes.

The events are generated (ledger.sql) into a database of their own, which is dropped afterwards; reports are asked
of the program over HTTP, as an administrator does.
"""

import json
import os
import statistics
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import servers
import table

NAME = "bench_ledger"
SQL = Path(__file__).with_name("ledger.sql")
COMMUNES = [str(44000 + n) for n in range(1, 25)]
MONTHS = [f"from=2025-{month:02}-01&to=2025-{month:02}-{last}" for month, last in ((2, 28), (6, 30), (10, 31))]


def measure(cluster: servers.Database, program: Path, folder: Path, events: int, say) -> tuple[list, list]:
    """Rows of the table, and notes."""
    cluster.rows(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    cluster.rows(f"CREATE DATABASE {NAME}")
    database = servers.Database(cluster.socket, cluster.user, NAME)
    try:
        return reported(database, program, folder, events, say)
    finally:
        cluster.rows(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def reported(database, program: Path, folder: Path, events: int, say) -> tuple[list, list]:
    environment = {"GEONANTES_DATABASE_URL": database.dsn_host_encoded(), "GEONANTES_HOME": str(folder / "ledger-home")}

    def run(*arguments) -> str:
        return subprocess.run([str(program), *arguments], check=True, capture_output=True, text=True,
                              env={**os.environ, **environment}).stdout

    run("db", "migrate")
    run("layers", "apply")
    say(f"a ledger of {events:,} events")
    began = time.monotonic()
    subprocess.run(["psql", "-X", "-q", "-h", database.socket, "-U", database.user, "-d", database.name,
                    "-v", f"events={events}", "-f", str(SQL)], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    sizes = database.rows(
        "SELECT (SELECT sum(requests) FROM usage.daily), (SELECT sum(pg_total_relation_size(inhrelid))"
        " FROM pg_inherits WHERE inhparent = 'usage.event'::regclass), pg_total_relation_size('usage.hourly'),"
        " pg_total_relation_size('usage.daily'), (SELECT count(*) FROM usage.daily)"
    )[0]
    count, detail, hourly, daily, lines = map(int, sizes)
    key = json.loads(run("keys", "create", "--role", "administrator", "--scope", "territoire",
                         "--label", "bench", "--json"))["key"]
    server = servers.Server("ledger", folder, lambda port: [str(program), "serve", "--listen", f"127.0.0.1:{port}"],
                            "/health/ready", **environment)
    try:
        years = [took_ms(server, key, f"from=2025-01-01&to=2025-12-31&commune={commune}&by=month&split=layer")
                 for commune in COMMUNES]
        months = [took_ms(server, key, f"{month}&by=key") for month in MONTHS]
    finally:
        server.stop()
    rows = [
        table.limit_row(f"an event on disk, of {count:,}, indexes included", detail / count, "bytes", 120),
        table.limit_row("the same with the aggregates", (detail + hourly + daily) / count, "bytes", 120),
        table.limit_row("a commune's year by month and layer, the slowest of 24", max(years), "ms", 200,
                        "the median one", f"{statistics.median(years):.0f} ms"),
        table.limit_row("every key's month, the slowest of 3 months", max(months), "ms", 200),
    ]
    return rows, [f"ledger generated in {took:.0f} s; {lines:,} daily sums"]


def took_ms(server, key: str, query: str) -> float:
    """The median of five answers, each read to its end."""
    path = f"{server.base}/usage.json?{query}"
    times = []
    for _ in range(5):
        asked = urllib.request.Request(path, headers={"X-API-Key": key})
        began = time.monotonic()
        with urllib.request.urlopen(asked, timeout=60) as answer:
            lines = json.loads(answer.read())
        times.append((time.monotonic() - began) * 1000)
        assert lines, f"{urllib.parse.unquote(query)} has no line"
    return statistics.median(times)
