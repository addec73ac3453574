"""The programs under measurement: ours, martin, tipg and nginx, all on this machine and one PostGIS."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Database:
    """The private cluster that our program runs, reached over its socket."""

    socket: str
    user: str = "geonantes"
    name: str = "geonantes"

    def rows(self, sql: str) -> list:
        """Runs a statement; rows as lists of text."""
        out = subprocess.run(
            ["psql", "-X", "-h", self.socket, "-U", self.user, "-d", self.name, "-At", "-F", "\t",
             "-v", "ON_ERROR_STOP=1", "-c", sql],
            check=True, capture_output=True, text=True,
        ).stdout
        return [line.split("\t") for line in out.splitlines()]

    def load(self, file: Path) -> float:
        """Seconds that ogr2ogr takes to load a file, by COPY and without any check; the table is dropped again."""
        self.rows("DROP TABLE IF EXISTS public.bench_load")
        began = time.monotonic()
        subprocess.run(
            ["ogr2ogr", "-f", "PostgreSQL", f"PG:host={self.socket} user={self.user} dbname={self.name}", str(file),
             "-nln", "public.bench_load", "-nlt", "PROMOTE_TO_MULTI", "--config", "PG_USE_COPY", "YES"],
            check=True,
        )
        took = time.monotonic() - began
        self.rows("DROP TABLE public.bench_load")
        return took

    def dsn(self) -> str:
        """As libpq and martin read it."""
        return f"postgresql://{self.user}@/{self.name}?host={urllib.parse.quote(self.socket, safe='')}"

    def dsn_host_encoded(self) -> str:
        """As asyncpg reads it: the socket's folder in the place of the host."""
        return f"postgresql://{self.user}@{urllib.parse.quote(self.socket, safe='')}/{self.name}"


class Server:
    """A program that serves HTTP on a free port of this machine until `stop`."""

    def __init__(self, name: str, folder: Path, command, ready: str, patience: int = 60, **environment):
        """`command`: the port as text → arguments; `ready`: a path that answers 200 once it serves."""
        self.name = name
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command(str(port)), stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **environment}
            )
        self.began = time.monotonic()
        self.wait(ready, patience)
        self.took = time.monotonic() - self.began

    def wait(self, ready: str, patience: int) -> None:
        while True:
            try:
                with urllib.request.urlopen(self.base + ready, timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                pass
            over = time.monotonic() - self.began > patience
            if over or self.process.poll() is not None:
                self.stop()
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                sys.exit(f"bench: {self.name} does not serve (its log: {self.log}):\n{tail}")
            time.sleep(0.1)

    def get(self, path: str) -> bytes:
        """The body as it came, compressed if the server compressed it; empty for 204."""
        asked = urllib.request.Request(self.base + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked, timeout=120) as answer:
            return answer.read()

    def peak_memory_mb(self) -> float:
        """The most memory that the process held at once (not its database's)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Callers under load are bounded like any other unless told.
PATIENT = "\n".join(f"[callers.{who}]\nper_second = 1000000\nburst = 1000000\n" for who in ("address", "credential"))


def ours(program: Path, home: Path, folder: Path, parcels: int, cache_bytes: int, fresh: bool) -> Server:
    config = folder / "geonantes.toml"
    config.write_text(PATIENT)
    arguments = [str(program), "demo", "--parcels", str(parcels)] + (["--fresh"] if fresh else [])
    return Server(
        "geonantes", folder, lambda port: [*arguments, "--listen", f"127.0.0.1:{port}"], "/health/ready",
        patience=1200, GEONANTES_HOME=str(home), GEONANTES_TILE_CACHE_BYTES=str(cache_bytes),
        GEONANTES_CONFIG=str(config),
    )


def instance(bench, database: Database, name: str, record: bool) -> Server:
    """Our program beside the one that owns the database, with a home of its own."""
    home = bench.folder / name
    home.mkdir(parents=True, exist_ok=True)
    config = home / "config.toml"
    config.write_text(f"[usage]\nrecord = {str(record).lower()}\n")
    host = urllib.parse.quote(database.socket, safe="")
    return Server(
        name, bench.folder, lambda port: [str(bench.options.program), "serve", "--listen", f"127.0.0.1:{port}"],
        "/health/ready", GEONANTES_HOME=str(home), GEONANTES_CONFIG=str(config),
        GEONANTES_TILE_CACHE_BYTES=str(256 << 20),
        GEONANTES_DATABASE_URL=f"postgresql://{database.user}@{host}:5432/{database.name}?sslmode=disable",
    )


def database_of(home: Path) -> Database:
    """The cluster of a home, found as PostgreSQL itself tells it: line 5 of its pid file."""
    return Database((home / "pg" / "postmaster.pid").read_text().splitlines()[4])


def martin(tools: Path, folder: Path, database: Database, columns: list, cache_mb: int) -> Server:
    """martin at its best: the stored Web Mercator column, and the attributes that our own tiles carry."""
    properties = "".join(f"          {name}: {kind}\n" for name, kind in columns)
    config = folder / "martin.yaml"
    config.write_text(
        f"cache_size_mb: {cache_mb}\n"
        f"postgres:\n  connection_string: '{database.dsn()}'\n  auto_publish: false\n  tables:\n"
        "    parcelles:\n      schema: layer\n      table: parcelles\n      srid: 3857\n"
        "      geometry_column: geom_3857\n      geometry_type: MULTIPOLYGON\n      id_column: fid\n"
        f"      properties:\n{properties}"
    )
    return Server(
        "martin", folder, lambda port: [str(tools / "bin/martin"), "-c", str(config), "-l", f"127.0.0.1:{port}"],
        "/health", RUST_LOG="warn",
    )


def tipg(tools: Path, folder: Path, database: Database) -> Server:
    """tipg with a worker for each core."""
    command = [str(tools / "tipg/bin/uvicorn"), "tipg.main:app", "--workers", "2", "--log-level", "warning"]
    return Server(
        "tipg", folder, lambda port: [*command, "--host", "127.0.0.1", "--port", port],
        "/collections/layer.parcelles", DATABASE_URL=database.dsn_host_encoded(), TIPG_DB_SCHEMAS='["layer"]',
    )


def nginx(folder: Path, files: Path) -> Server:
    """nginx serving files that are already compressed (`gzip_static`): what a file server does at best."""
    config = folder / "nginx.conf"

    def command(port: str) -> list:
        user = "user root;\n" if os.geteuid() == 0 else ""
        config.write_text(
            f"{user}worker_processes 2;\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.err;\n"
            "events { worker_connections 1024; }\n"
            "http {\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  keepalive_requests 10000000;\n"
            "  open_file_cache max=10000 inactive=600s;\n  open_file_cache_valid 600s;\n"
            "  types { application/vnd.mapbox-vector-tile mvt; }\n"
            f"  server {{ listen 127.0.0.1:{port}; root {files}; location / {{ gzip_static on; }} }}\n}}\n"
        )
        return ["/usr/sbin/nginx", "-p", str(folder), "-c", str(config)]

    (files / "ready").write_text("ready\n")
    return Server("nginx", folder, command, "/ready")
