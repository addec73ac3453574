"""A delivery of all parcels: read, every check, comparison and publication, against ogr2ogr, which only loads.

Both read the same GeoPackage into the same PostGIS, in turns; the median of each counts. The second delivery has
nine parcels of a hundred with another contenance and one of a hundred with another outline.
"""

import json
import os
import statistics
import subprocess
import threading
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
    # Outlines of communes, and so of sections, overlap by more than deliveries may: here they do not.
    geometry = "ST_Multi(ST_Buffer(geom, -0.5)) AS geom" if layer in GROUND else "geom"
    if changed:
        # Here and there, each by itself.
        drawn = "abs(hashint8(fid)) % 100"
        columns[names.index("contenance")] = f"CASE WHEN {drawn} < 9 THEN contenance + 1 ELSE contenance END AS contenance"
        # A centimetre less all around: another outline, still sound.
        geometry = f"CASE WHEN {drawn} = 50 THEN ST_Multi(ST_Buffer(geom, -0.01, 'join=mitre')) ELSE geom END AS geom"
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

    def timed(self, file: Path) -> tuple[float, float, dict]:
        """Seconds, the most megabytes that the program and its child held, and the outcome."""
        began = time.monotonic()
        process = subprocess.Popen(
            [str(self.program), "ingest", str(file), "--to", "parcelles", "--yes", "--json"],
            stdout=subprocess.PIPE, env=self.environment,
        )
        peaks = {}
        watch = threading.Thread(target=watch_memory, args=(process, peaks))
        watch.start()
        said = process.stdout.read()
        process.wait()
        took = time.monotonic() - began
        watch.join()
        return took, sum(peaks.values()) / 1024, published(file, said)

    def empty(self) -> None:
        """Takes the parcels away, as before their first publication."""
        for statement in (
            "TRUNCATE " + ", ".join(f"layer.{name}" for name in TABLES),
            "DELETE FROM publication WHERE layer = 'parcelles'",
            "DELETE FROM publication_tile WHERE layer = 'parcelles'",
            "CHECKPOINT",
        ):
            self.database.rows(statement)


def read_alone(program: Path, file: Path) -> float:
    """Seconds that the child takes to read the parcels, with nobody behind it who makes anything of them."""
    request = {
        "task": {"Read": {"path": str(file), "layer": "parcelles"}},
        "bounds": {"features": 10**7, "vertices": 10**7, "columns": 1000, "text": 1 << 20, "memory": 4 << 30, "seconds": 600},
    }
    asked = json.dumps(request).encode()
    began = time.monotonic()
    subprocess.run([str(program.with_name("geonantes-ogr"))], input=b"Q" + len(asked).to_bytes(4, "little") + asked,
                   stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def watch_memory(process: subprocess.Popen, peaks: dict) -> None:
    """Keeps the peak of the process and of each child of it, in kilobytes, until it ends."""
    tasks = Path(f"/proc/{process.pid}/task")
    while process.poll() is None:
        try:
            children = [child for task in tasks.iterdir() for child in (task / "children").read_text().split()]
        except OSError:
            children = []
        for pid in (str(process.pid), *children):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                peaks[pid] = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
            except (OSError, StopIteration):
                pass  # It is over.
        time.sleep(0.05)


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
    loads, alone, firsts, seconds, memory, counts = [], [], [], [], [], []
    for number in range(rounds):
        say(f"deliveries, round {number + 1} of {rounds}")
        delivery.empty()
        alone.append(read_alone(delivery.program, files["parcelles"]))
        # Each beside a load of its own: others use the machine too.
        for file, times in ((files["parcelles"], firsts), (again, seconds)):
            load = delivery.database.load(files["parcelles"])
            took, most, outcome = delivery.timed(file)
            loads.append(load)
            times.append((took, load))
            memory.append(most)
            counts.append(outcome["counts"])
    first, second = counts[-2:]
    rows = [
        table.limit_row("the child alone reads them", statistics.median(alone), "s", None),
        against(f"first publication of {first['added']:,} parcels", firsts, MOST_FIRST),
        against(f"new delivery, {second['changed']:,} changed", seconds, MOST_AGAIN),
        table.limit_row("memory at its peak, the program and its child", max(memory), "MB", MOST_MEMORY),
    ]

    def listed(times) -> str:
        return ", ".join(f"{took:.1f}" for took in times)

    return rows, [f"ogr2ogr loads the same file in {listed(loads)} s; ours: first {listed(took for took, _ in firsts)} s, "
                  f"again {listed(took for took, _ in seconds)} s; ratios are medians"]


def against(measure: str, times: list, most: float) -> table.Row:
    """Our times in theirs, each pair taken one after the other."""
    ratio = statistics.median(ours / theirs for ours, theirs in times)
    ours, theirs = (statistics.median(column) for column in zip(*times))
    return table.Row(measure, f"{ours:.1f} s", "ogr2ogr, no check", f"{theirs:.1f} s", ratio, f"≤ {most} ×", ratio <= most)
