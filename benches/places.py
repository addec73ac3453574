"""What is asked for: tiles that hold parcels, boxes of a thousand, a box of a tenth of the layer."""

import gzip
import random
from dataclasses import dataclass

# Tiles of one zoom under load; beyond, a sample (the seed is fixed, so that every run asks the same).
MOST_TILES = 256
LAYER = "parcelles"
TABLE = "layer.parcelles"
# What a tile may name as an attribute that martin and the bare statement can give too.
KINDS = {"text": "text", "bigint": "int8", "double precision": "float8", "boolean": "bool"}


@dataclass(frozen=True)
class Tile:
    z: int
    x: int
    y: int

    def ours(self) -> str:
        return f"/tiles/{LAYER}/{self.z}/{self.x}/{self.y}.mvt"

    def martin(self) -> str:
        return f"/{LAYER}/{self.z}/{self.x}/{self.y}"


def tiles(database, zoom: int) -> list:
    """All tiles of the zoom whose square holds the centre of a parcel, in an order that jumps about."""
    circumference = 40075016.685578488
    rows = database.rows(
        f"SELECT DISTINCT floor((ST_X(c) / {circumference} + 0.5) * 2 ^ {zoom})::int,"
        f" floor((0.5 - ST_Y(c) / {circumference}) * 2 ^ {zoom})::int"
        f" FROM (SELECT ST_Centroid(geom_3857) AS c FROM {TABLE}) AS centres ORDER BY 1, 2"
    )
    found = [Tile(zoom, int(x), int(y)) for x, y in rows]
    random.Random(44).shuffle(found)
    return found


def columns(database, tile: bytes) -> list:
    """(name, type) of the attributes that one of our tiles carries, as far as the table has them as columns."""
    kinds = dict(
        database.rows(
            "SELECT column_name, data_type FROM information_schema.columns"
            f" WHERE table_schema = 'layer' AND table_name = '{LAYER}'"
        )
    )
    return [(key, KINDS[kinds[key]]) for key in dict.fromkeys(keys(tile)) if kinds.get(key) in KINDS]


def keys(tile: bytes) -> list:
    """The attribute names of a vector tile's layers (field 3 of each layer, in the order they come)."""
    if tile[:2] == b"\x1f\x8b":
        tile = gzip.decompress(tile)
    return [
        value.decode()
        for number, layer in fields(tile) if number == 3
        for inner, value in fields(layer) if inner == 3
    ]


def fields(message: bytes):
    """(field number, bytes) of a protobuf message's length-delimited fields; numbers are stepped over."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        if tag & 7 == 0:
            _, at = varint(message, at)
        elif tag & 7 == 2:
            size, at = varint(message, at)
            yield tag >> 3, message[at : at + size]
            at += size
        else:
            raise ValueError(f"a vector tile has no field of wire type {tag & 7}")


def varint(message: bytes, at: int) -> tuple:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def tile_script(zoom: int, asked: list, names: list) -> str:
    """A pgbench script: the statement of a tile on the stored geometry, a tile of the list picked at random.

    pgbench reads no list: column and row are packed into one number, which a CASE chooses.
    """
    size = 1 << 20
    cases = " ".join(f"when :i = {i} then {tile.x * size + tile.y}" for i, tile in enumerate(asked))
    envelope = f"ST_TileEnvelope({zoom}, :x, :y"
    return (
        f"\\set i random(0, {len(asked) - 1})\n\\set c case {cases} else 0 end\n"
        f"\\set x :c / {size}\n\\set y :c % {size}\n"
        f"SELECT ST_AsMVT(t, '{LAYER}', 4096, 'geom', 'fid') FROM (SELECT {', '.join(['fid', *names])},"
        f" ST_AsMVTGeom(geom_3857, {envelope}), 4096, 64, true) AS geom FROM {TABLE}"
        f" WHERE geom_3857 && {envelope}, margin => 64.0 / 4096)) AS t;\n"
    )


def boxes_of_a_thousand(database, count: int) -> list:
    """Boxes in degrees around parcels picked evenly, each the extent of the 1,000 nearest: it holds at least those."""
    rows = database.rows(
        "WITH seeds AS (SELECT geom FROM"
        f" (SELECT geom, row_number() OVER (ORDER BY fid) AS n, count(*) OVER () AS total FROM {TABLE}) AS numbered"
        f" WHERE n % (total / {count}) = 0 LIMIT {count}),"
        " boxes AS (SELECT ST_Transform(ST_SetSRID(ST_Extent(near.geom)::geometry, ST_SRID(seeds.geom)), 4326) AS box"
        f" FROM seeds, LATERAL (SELECT p.geom FROM {TABLE} AS p ORDER BY p.geom <-> seeds.geom LIMIT 1000) AS near"
        " GROUP BY seeds.geom)"
        " SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM boxes"
    )
    return [",".join(f"{float(number):.6f}" for number in row) for row in rows]


def box_of_a_tenth(database) -> str:
    """A box in degrees around the middle parcel that holds a tenth of the layer or little more."""
    row = database.rows(
        f"WITH size AS (SELECT count(*) AS n, ST_SetSRID(ST_Centroid(ST_Extent(geom)::geometry), {srid(database)}) AS middle"
        f" FROM {TABLE}),"
        f" near AS (SELECT p.geom FROM {TABLE} AS p, size ORDER BY p.geom <-> size.middle"
        " LIMIT (SELECT n * 8 / 100 FROM size)),"
        f" box AS (SELECT ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, {srid(database)}), 4326) AS b FROM near)"
        " SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM box"
    )[0]
    return ",".join(f"{float(number):.6f}" for number in row)


def srid(database) -> int:
    return int(database.rows(f"SELECT ST_SRID(geom) FROM {TABLE} LIMIT 1")[0][0])
