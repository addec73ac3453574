"""Measures the program against its peers on one PostGIS, in one run, and prints one table.

Started by ./dev bench. Items: cold, warm, pages, sizes, load, restricted, accounting, ads, ledger, costs, ingest (all, when none is named).
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import accounting
import ads
import costs
import ingest
import ledger
import load
import places
import restricted
import servers
import table

ITEMS = ("load", "sizes", "cold", "pages", "warm", "restricted", "accounting", "ads", "ledger", "costs", "ingest")
# Goals of the foundation: least ratio against each, by zoom.
COLD_GOALS = {12: {"martin": 30, "bare SQL": None}, 14: {"martin": 2, "bare SQL": 0.6}, 16: {}}
FIRST_ZOOM = 10  # of the parcels' tiles
PAGE = 1000  # features of a page under load
BOX_PAGE = 500  # features of a page inside the box of a tenth: its 50th ends before the box does


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.items = set(options.items or ITEMS)
        self.rows = []
        self.notes = []
        self.home = options.home
        self.folder = options.home / "work"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.running = []

    def start(self, server: servers.Server) -> servers.Server:
        self.running.append(server)
        return server

    def stop_all(self) -> None:
        while self.running:
            self.running.pop().stop()

    def http(self, server, paths):
        return lambda: load.http(server.base, paths, self.folder, self.options.seconds)

    def measure(self, contenders: dict) -> dict:
        return load.alternately(self.options.rounds, contenders, self.settle)

    def settle(self) -> None:
        """Waits until the database rests: a peer that gave no answer in time leaves its statements running."""
        database = servers.database_of(self.home)
        over = time.monotonic() + 120
        while time.monotonic() < over:
            busy = database.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if int(busy[0][0]) == 0:
                return
            time.sleep(0.2)

    def ours(self, cache_bytes: int, fresh: bool = False) -> servers.Server:
        say(f"geonantes, tile cache of {cache_bytes >> 20} MB")
        options = self.options
        return self.start(
            servers.ours(options.program, self.home, self.folder, options.parcels, cache_bytes, fresh)
        )

    def run(self) -> None:
        self.fill()
        ours = self.ours(cache_bytes=0)
        database = servers.database_of(self.home)
        self.notes.append(machine(database))
        listed = {zoom: places.tiles(database, zoom) for zoom in range(FIRST_ZOOM, 17)}
        asked = {zoom: tiles[: places.MOST_TILES] for zoom, tiles in listed.items()}
        columns = places.columns(database, ours.get(asked[14][0].ours()))
        self.notes.append(
            f"attributes in martin's tiles and in the bare SQL, as in ours at z14: {', '.join(n for n, _ in columns)}"
        )
        if "cold" in self.items:
            martin = self.start(servers.martin(self.options.tools, self.folder, database, columns, cache_mb=0))
            self.cold(ours, martin, database, asked, columns)
            martin.stop()
        if "sizes" in self.items:
            self.sizes(ours, listed)
        if "pages" in self.items:
            tipg = self.start(servers.tipg(self.options.tools, self.folder, database))
            self.pages(ours, tipg, database)
            tipg.stop()
        self.rows.append(table.limit_row("memory at its peak, no tile cache", ours.peak_memory_mb(), "MB", 150))
        if "load" in self.items:
            self.load_time(ours, database)
        if "ledger" in self.items:
            options = self.options
            rows, notes = ledger.measure(database, options.program, self.folder, options.events, say)
            self.rows += rows
            self.notes += notes
        if "costs" in self.items:
            example = self.options.program.parent / "examples" / "large"
            rows, notes = costs.measure(example, self.options.rounds, say)
            self.rows += rows
            self.notes += notes
        if "ingest" in self.items:
            options = self.options
            rows, notes = ingest.measure(database, options.program, self.folder, options.rounds, say)
            self.rows += rows
            self.notes += notes
        self.stop_all()
        if "warm" in self.items:
            self.warm(asked[14], columns)
        if "restricted" in self.items:
            self.restricted()
        if "accounting" in self.items:
            accounting.measure(self, asked[14])
        if "ads" in self.items:
            say("land use")
            ads.measure(self)

    def fill(self) -> None:
        """Loads the demonstration once; a later run with as many parcels finds it there."""
        mark = self.home / "loaded.txt"
        wanted = str(self.options.parcels)
        if mark.exists() and mark.read_text() == wanted:
            return
        say(f"loading {wanted} parcels")
        server = self.ours(cache_bytes=0, fresh=True)
        (self.home / "load.log").write_bytes(server.log.read_bytes())
        self.rows.append(table.limit_row(f"demonstration of {wanted} parcels loaded", server.took, "s", 180))
        self.stop_all()
        mark.write_text(wanted)

    def cold(self, ours, martin, database, asked, columns) -> None:
        names = [name for name, _ in columns]
        for zoom, goals in COLD_GOALS.items():
            say(f"cold tiles, zoom {zoom}")
            script = places.tile_script(zoom, asked[zoom], names)
            got = self.measure({
                "ours": self.http(ours, [tile.ours() for tile in asked[zoom]]),
                "martin": self.http(martin, [tile.martin() for tile in asked[zoom]]),
                "bare SQL": lambda script=script: load.statement(database, script, self.folder, self.options.seconds),
            })
            for other in ("martin", "bare SQL"):
                self.rows.append(
                    table.ratio_row(f"tiles cold z{zoom}", got["ours"], other, got[other], "tiles", goals.get(other))
                )

    def warm(self, asked, columns) -> None:
        say("warm tiles, zoom 14")
        ours = self.ours(cache_bytes=256 << 20)
        database = servers.database_of(self.home)
        martin = self.start(servers.martin(self.options.tools, self.folder, database, columns, cache_mb=512))
        files = self.folder / "files"
        for tile in asked:
            # Twice: a server may better its compression after a first answer.
            ours.get(tile.ours())
            martin.get(tile.martin())
        time.sleep(2)
        for tile in asked:
            place = files / (tile.ours()[1:] + ".gz")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(ours.get(tile.ours()))
        nginx = self.start(servers.nginx(self.folder, files))
        paths = [tile.ours() for tile in asked]
        got = self.measure({
            "ours": self.http(ours, paths),
            "martin": self.http(martin, [tile.martin() for tile in asked]),
            "nginx": self.http(nginx, paths),
        })
        self.rows.append(table.ratio_row("tiles warm z14", got["ours"], "martin", got["martin"], "tiles", 20))
        self.rows.append(
            table.ratio_row("tiles warm z14", got["ours"], "nginx gzip_static", got["nginx"], "tiles", 1 / 3)
        )
        self.stop_all()

    def sizes(self, ours, listed) -> None:
        say("sizes of tiles")
        for zoom, tiles in listed.items():
            some = tiles[: 4 * places.MOST_TILES]
            largest = max(len(ours.get(tile.ours())) for tile in some) / 1000
            of_all = "" if len(some) == len(tiles) else f" (of {len(some)} of {len(tiles)})"
            self.rows.append(
                table.limit_row(f"largest tile z{zoom}{of_all}", largest, "KB", 150 if zoom == 12 else 300)
            )

    def pages(self, ours, tipg, database) -> None:
        say("pages of features")
        items, theirs = "/collections/parcelles/items", "/collections/layer.parcelles/items"
        boxes = places.boxes_of_a_thousand(database, 40)
        self.pair("page of 1,000 in a box", ours, [f"{items}?limit={PAGE}&bbox={box}" for box in boxes],
                  tipg, [f"{theirs}?limit={PAGE}&bbox={box}&f=geojson" for box in boxes], 5)

        number = self.options.parcels * 290 // 300 // PAGE
        first = f"{items}?limit={PAGE}"
        deep = nth_page(ours, first, number)
        self.pair(f"page {number + 1} of 1,000", ours, [deep],
                  tipg, [f"{theirs}?limit={PAGE}&offset={number * PAGE}&f=geojson"], None)
        self.depth(f"page {number + 1} against page 1", ours, first, deep, 0.8)

        box = places.box_of_a_tenth(database)
        first = f"{items}?limit={BOX_PAGE}&bbox={box}"
        deep = nth_page(ours, first, 49)
        self.pair("page 50 of 500 in a box of a tenth", ours, [deep],
                  tipg, [f"{theirs}?limit={BOX_PAGE}&offset={49 * BOX_PAGE}&bbox={box}&f=geojson"], None)
        self.depth("page 50 against page 1 in that box", ours, first, deep, 0.5)

    def restricted(self) -> None:
        """A restricted layer against the open one with the same rows, in the same boxes."""
        say("a restricted layer")
        program = self.options.program
        ours = self.start(restricted.serve(program, self.home, self.folder))
        database = servers.database_of(self.home)
        restricted.fill(database)
        time.sleep(3)
        commune = restricted.largest_commune(database)
        small, large = places.boxes_of_a_thousand(database, 40), [places.box_of_a_tenth(database)]
        everywhere = ["-180,-85,180,85"]
        # What each asks for: the size of a page, the boxes.
        asked = [("page of 1,000 in a box", PAGE, small), ("page of 10 in a box", 10, small),
                 ("page of 500 in a box of a tenth", BOX_PAGE, large), ("page of 100 of all", 100, everywhere)]
        for scope, whose in (("territoire", "territory's key"), (commune, "a commune's key")):
            held = restricted.key(program, self.home, scope)
            for measure, size, boxes in asked:
                paths = {
                    layer: [f"/collections/{layer}/items?limit={size}&bbox={box}" for box in boxes]
                    for layer in (restricted.TWIN, places.LAYER)
                }
                mine = [f"{path}&key={held}" for path in paths[restricted.TWIN]]
                # Once before: counts are made once a version and reader, whatever the layer.
                answers = [ours.get(path) for path in mine + paths[places.LAYER]]
                found = sum(len(json.loads(plain(answer))["features"]) for answer in answers[: len(mine)])
                got = self.measure({"restricted": self.http(ours, mine), "open": self.http(ours, paths[places.LAYER])})
                self.rows.append(table.ratio_row(
                    f"restricted: {measure}, {whose} ({found:,} found)", got["restricted"],
                    "the open layer", got["open"], "pages", 1 / 1.5,
                ))
        self.stop_all()

    def pair(self, measure, ours, our_paths, other, other_paths, least) -> None:
        """Ours against a peer; the first page of each must hold as many features as the other's."""
        counts = [len(json.loads(plain(server.get(paths[0])))["features"])
                  for server, paths in ((ours, our_paths), (other, other_paths))]
        if counts[0] != counts[1]:
            self.notes.append(f"{measure}: we gave {counts[0]} features, {other.name} {counts[1]}")
        got = self.measure({"ours": self.http(ours, our_paths), "other": self.http(other, other_paths)})
        self.rows.append(table.ratio_row(measure, got["ours"], other.name, got["other"], "pages", least))

    def depth(self, measure, ours, first, deep, least) -> None:
        """A deep page against the first of the same query, both ours."""
        got = self.measure({"deep": self.http(ours, [deep]), "first": self.http(ours, [first])})
        self.rows.append(table.ratio_row(measure, got["deep"], "ours, page 1", got["first"], "pages", least))

    def load_time(self, ours, database) -> None:
        """The time that ogr2ogr takes to load the layer, against what our program says of its companion."""
        say("the layer loaded by ogr2ogr")
        file = self.folder / "parcelles.fgb"
        file.write_bytes(plain(ours.get("/collections/parcelles/items?f=fgb")))
        took = database.load(file)
        log = (self.home / "load.log").read_text(errors="replace")
        built = re.search(r"(?i)generali[sz]ed[^\n]*?parcelles[^\n]*?([\d.]+) s", log)
        if built:
            self.rows.append(
                table.limit_row("generalised companion built", float(built[1]), "s", took, "ogr2ogr, load", f"{took:.1f} s")
            )
        else:
            self.notes.append(f"ogr2ogr loads the layer in {took:.1f} s; our log says nothing of the companion's time")


def nth_page(server, path: str, steps: int) -> str:
    """The path of the page so many `next` links after the first."""
    for _ in range(steps):
        links = json.loads(plain(server.get(path)))["links"]
        following = [link["href"] for link in links if link["rel"] == "next"]
        if not following:
            sys.exit(f"bench: {path} has no next page, {steps} were expected")
        parts = urllib.parse.urlsplit(following[0])
        path = f"{parts.path}?{parts.query}"
    return path


def plain(body: bytes) -> bytes:
    return places.gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def machine(database) -> str:
    version = database.rows("SELECT current_setting('server_version'), postgis_lib_version()")[0]
    return f"{os.cpu_count()} cores, PostgreSQL {version[0].split()[0]}, PostGIS {version[1]}, {load.CONNECTIONS} connections"


def say(what: str) -> None:
    print(f"bench: {what}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--parcels", type=int, default=300_000)
    parser.add_argument("--events", type=int, default=50_000_000, help="of the ledger")
    parser.add_argument("--seconds", type=int, default=5, help="of each run under load")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("items", nargs="*", metavar="ITEM", help=f"of {', '.join(ITEMS)}; all when none is named")
    options = parser.parse_args()
    unknown = set(options.items) - set(ITEMS)
    if unknown:
        parser.error(f"no item is named {', '.join(sorted(unknown))}: they are {', '.join(ITEMS)}")
    bench = Bench(options)
    began = time.monotonic()
    try:
        bench.run()
    finally:
        bench.stop_all()
    bench.notes.append(f"medians of {options.rounds} runs of {options.seconds} s each, taken in turns; "
                       f"{time.monotonic() - began:.0f} s in all")
    text = table.markdown(f"Bench on {options.parcels:,} parcels", bench.notes, bench.rows)
    Path(__file__).with_name("last.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
