"""What recording use costs: warm tiles from two instances of one database, one that records and one that does not."""

import gzip
import os
import re
import statistics
import time

import load
import servers
import table

LEAST = 0.97  # throughput with recording against without
FEWEST_PAIRS = 9  # a difference of some percent drowns in the noise of a few
SHIPPED = 60  # seconds given to the ledger to take what a turn recorded


def measure(bench, asked) -> None:
    """Runs in pairs, the first of each in turn; the median of the pairs' ratios counts, so that a machine that
    slows down in between favours neither."""
    bench.ours(cache_bytes=0)  # runs the database, and rests
    database = servers.database_of(bench.home)
    recording = bench.start(servers.instance(bench, database, "recording", record=True))
    silent = bench.start(servers.instance(bench, database, "silent", record=False))
    paths = [tile.ours() for tile in asked]
    for server in (recording, silent):
        for path in paths:
            server.get(path)
    pairs, events, seconds = [], 0, 0.0
    spent = {recording.name: [], silent.name: []}
    for number in range(max(FEWEST_PAIRS, bench.options.rounds)):
        turn = {}
        order = [recording, silent] if number % 2 else [silent, recording]
        for server in order:
            bench.settle()
            before = processor_us(server)
            run = turn[server.name] = load.http(server.base, paths, bench.folder, bench.options.seconds)
            spent[server.name].append((processor_us(server) - before) / max(run.per_second * bench.options.seconds, 1))
            if server is recording:
                began, left = time.monotonic(), unshipped(recording)
                wait_shipped(recording)
                events, seconds = events + left, seconds + time.monotonic() - began
        pairs.append(turn)
    ratio = statistics.median(turn["recording"].per_second / turn["silent"].per_second for turn in pairs)
    each = {name: statistics.median(turn[name].per_second for turn in pairs) for name in ("recording", "silent")}
    refused = sum(run.refused for turn in pairs for run in turn.values())
    bench.rows.append(table.Row(
        "tiles warm z14, use recorded", f"{table.number(each['recording'])} tiles/s", "ours, not recorded",
        f"{table.number(each['silent'])} tiles/s", ratio, f"≥ {LEAST} ×", ratio >= LEAST and not refused,
    ))
    each_us = {name: statistics.median(runs) for name, runs in spent.items()}
    bench.notes.append(
        f"recording use: {each_us['recording']:.1f} µs of the program's processor time a response, "
        f"{each_us['silent']:.1f} without; the median ratio of {len(pairs)} pairs of runs; what a run had left in the journal was "
        f"shipped after it, {events / max(seconds, 0.1):,.0f} responses/s"
    )
    bytes_each, rows = event_size(database)
    bench.rows.append(table.limit_row(f"an event of the ledger on disk (of {rows:,})", bytes_each, "bytes", 120))
    bench.stop_all()


def unshipped(server) -> int:
    text = server.get("/metrics")
    text = gzip.decompress(text) if text[:2] == b"\x1f\x8b" else text
    found = re.search(rb"^geonantes_usage_unshipped (\S+)$", text, re.M)
    return int(float(found[1])) if found else 0


def processor_us(server) -> float:
    """Microseconds of processor time that the process has used (not its database's)."""
    with open(f"/proc/{server.process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1e6


def wait_shipped(server) -> None:
    """Waits until the ledger has nearly all, as the gauge of the last shipment says."""
    over = time.monotonic() + SHIPPED
    time.sleep(2.5)
    while unshipped(server) > 1000 and time.monotonic() < over:
        time.sleep(0.2)


def event_size(database) -> tuple:
    """Bytes of an event with its share of the indexes, over all partitions."""
    row = database.rows(
        "SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint, (SELECT count(*) FROM usage.event)"
        " FROM pg_inherits WHERE inhparent = 'usage.event'::regclass"
    )[0]
    return int(row[0]) / max(int(row[1]), 1), int(row[1])
