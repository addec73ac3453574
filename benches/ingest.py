"""A delivery of all parcels: read, every check, comparison and publication, against ogr2ogr, which only loads.

Both read the same GeoPackage into the same PostGIS, in turns; the median of each counts. The second delivery has
nine parcels of a hundred with another contenance and one of a hundred with another outline.
"""

import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import servers
import table

NAME = "bench_ingest"
TABLES = ("parcelles", "parcelles_history", "parcelles_companion")
# What the parcels are checked against, published before them.
GROUND = ("communes", "sections")
MOST_FIRST, MOST_AGAIN, MOST_MEMORY = 4, 3, 500


def measure(cluster: servers.Database, program: Path, folder: Path, rounds: int, say) -> tuple[list, list]:
    """Rows of the table, and notes. `cluster` holds the demonstration, from which the files are made."""
    folder = folder / "ingest"
    folder.mkdir(parents=True, exist_ok=True)
    say("files of a delivery")
    files = {name: export(cluster, folder / f"{name}.gpkg", name) for name in (*GROUND, "parcelles")}
    again = export(cluster, folder / "parcelles-2.gpkg", "parcelles", changed=True)
    cluster.rows(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    cluster.rows(f"CREATE DATABASE {NAME}")
    database = servers.Database(cluster.socket, cluster.user, NAME)
    try:
        return delivered(Delivery(database, program, folder), files, again, rounds, say)
    finally:
        cluster.rows(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def export(cluster: servers.Database, file: Path, layer: str, changed: bool = False) -> Path:
    """A layer's features as a GeoPackage, as a contributor would have them."""
    file.unlink(missing_ok=True)
    names = [name for name, in cluster.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'layer'"
        f" AND table_name = '{layer}' AND column_name !~ '^_' AND column_name NOT IN ('fid', 'geom', 'geom_3857')"
        " ORDER BY ordinal_position"
    )]
    columns = [f'"{name}"' for name in names]
    geometry = "geom"
    if changed:
        columns[names.index("contenance")] = "CASE WHEN fid % 100 < 9 THEN contenance + 1 ELSE contenance END AS contenance"
        # A centimetre less all around: another outline, still sound.
        geometry = "CASE WHEN fid % 100 = 50 THEN ST_Multi(ST_Buffer(geom, -0.01, 'join=mitre')) ELSE geom END AS geom"
    subprocess.run(
        ["ogr2ogr", "-f", "GPKG", str(file),
         f"PG:host={cluster.socket} user={cluster.user} dbname={cluster.name}",
         "-sql", f"SELECT {', '.join(columns)}, {geometry} FROM layer.{layer} ORDER BY fid", "-nln", layer],
        check=True,
    )
    return file


class Delivery:
    """The database that the parcels are delivered to, by our program and by ogr2ogr."""

    def __init__(self, database: servers.Database, program: Path, folder: Path):
        self.database = database
        self.program = program
        self.environment = {**os.environ, "GEONANTES_DATABASE_URL": database.dsn_host_encoded(),
                            "GEONANTES_HOME": str(folder / "home")}

    def run(self, *arguments) -> str:
        done = subprocess.run([str(self.program), *map(str, arguments)], capture_output=True, text=True,
                              env=self.environment)
        if done.returncode != 0:
            raise SystemExit(f"bench: {' '.join(map(str, arguments))}: exit code {done.returncode}\n"
                             f"{done.stdout[:3000]}\n{done.stderr[-3000:]}")
        return done.stdout

    def ingest(self, file: Path, layer: str) -> dict:
        return published(file, self.run("ingest", file, "--to", layer, "--yes", "--json"))

    def timed(self, file: Path) -> tuple[float, int, dict]:
        """Seconds, the most megabytes held at once by one process, and the outcome."""
        began = time.monotonic()
        process = subprocess.Popen(
            [str(self.program), "ingest", str(file), "--to", "parcelles", "--yes", "--json"],
            stdout=subprocess.PIPE, env=self.environment,
        )
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        return took, usage.ru_maxrss // 1024, published(file, said)

    def empty(self) -> None:
        """Takes the parcels away, as before their first publication."""
        for statement in (
            "TRUNCATE " + ", ".join(f"layer.{name}" for name in TABLES),
            "DELETE FROM publication WHERE layer = 'parcelles'",
            "DELETE FROM publication_cell WHERE layer = 'parcelles'",
            "CHECKPOINT",
        ):
            self.database.rows(statement)


def published(file: Path, said: str | bytes) -> dict:
    """What the program says of a delivery that it published; ends the bench otherwise."""
    outcome = json.loads(said)
    if outcome["state"] != "published":
        raise SystemExit(f"bench: {file} is {outcome['state']}: {json.dumps(outcome['findings'][:3])}")
    return outcome


def delivered(delivery: Delivery, files: dict, again: Path, rounds: int, say) -> tuple[list, list]:
    delivery.run("db", "migrate")
    delivery.run("layers", "apply")
    for layer in GROUND:
        delivery.ingest(files[layer], layer)
    loads, firsts, seconds, memory, counts = [], [], [], [], []
    for number in range(rounds):
        say(f"deliveries, round {number + 1} of {rounds}")
        delivery.empty()
        loads.append(delivery.database.load(files["parcelles"]))
        took, most, first = delivery.timed(files["parcelles"])
        firsts.append(took)
        memory.append(most)
        took, most, second = delivery.timed(again)
        seconds.append(took)
        memory.append(most)
        counts.append((first["counts"], second["counts"]))
    theirs = statistics.median(loads)
    first, second = counts[-1]
    rows = [
        against(f"first publication of {first['added']:,} parcels", statistics.median(firsts), theirs, MOST_FIRST),
        against(f"new delivery, {second['changed']:,} changed", statistics.median(seconds), theirs, MOST_AGAIN),
        table.limit_row("memory at its peak, the program or its child", max(memory), "MB", MOST_MEMORY),
    ]
    listed = ", ".join(f"{took:.1f}" for took in loads)
    return rows, [f"ogr2ogr loads the same file in {listed} s; ours: first {', '.join(f'{t:.1f}' for t in firsts)} s, "
                  f"again {', '.join(f'{t:.1f}' for t in seconds)} s"]


def against(measure: str, ours: float, theirs: float, most: float) -> table.Row:
    """Our time in theirs."""
    ratio = ours / theirs
    return table.Row(measure, f"{ours:.1f} s", "ogr2ogr, no check", f"{theirs:.1f} s", ratio, f"≤ {most} ×", ratio <= most)
