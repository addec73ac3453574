"""Land use: parcels looked up by identifier and by place, addresses as one types, the parcel sheet, against the
bare prepared statements that pgbench runs on the same rows."""

import random
import urllib.parse

import load
import places
import servers
import table

CONNECTIONS = 8
ADDRESSES = 200_000
ASKED = 64  # places and sheets of a run
STRANGERS = 100_000  # parcels that are looked up once
SLOW_MS = 50  # most that one answer in a hundred may take

# Names of streets: 8,000 of them, as a metropolis has.
KINDS = ["Rue", "Avenue", "Impasse", "Chemin", "Allée", "Boulevard", "Place", "Quai", "Passage", "Square"]
FIRST = ["du Général", "de la", "des", "Jean", "Marie", "Saint", "du", "Louis", "Anne", "Pierre",
         "Paul", "Jules", "Émile", "Victor", "Jeanne", "Henri", "Charles", "Lucie", "Marcel", "Hélène"]
LAST = ["Buat", "Fosse", "Hauts-Pavés", "Jaurès", "Curie", "Félix", "Calvaire", "Pasteur", "Boucher", "Sémard",
        "Bert", "Verne", "Zola", "Hugo", "d’Arc", "Barbusse", "Péguy", "Aubrac", "Cachin", "Gautier",
        "Moulin", "Forge", "Rossignols", "Levant", "Prairie", "Chézine", "Erdre", "Sèvre", "Beaujoire", "Morrhonnière",
        "Trentemoult", "Procé", "Contrie", "Bottière", "Gournerie", "Bergerie", "Fontaine", "Tannerie", "Marais", "Garenne"]


def measure(bench) -> None:
    config = bench.folder / "ads.toml"
    config.write_text(servers.PATIENT)
    ours = bench.start(servers.Server(
        "ads", bench.folder, lambda port: [str(bench.options.program), "serve", "--listen", f"127.0.0.1:{port}"],
        "/health/ready", patience=300, GEONANTES_HOME=str(bench.home), GEONANTES_CONFIG=str(config),
    ))
    database = servers.database_of(bench.home)
    fill(database)
    counts = database.rows(f"SELECT (SELECT count(*) FROM {places.TABLE}), (SELECT count(*) FROM layer.adresses)")[0]
    bench.notes.append(f"land use on {int(counts[0]):,} parcels and {int(counts[1]):,} addresses, {CONNECTIONS} connections")
    # The words of streets are indexed at the first search after a publication.
    ours.get("/ads/adresses/search?q=rue")
    parcels = look_ups(bench, ours, database)
    addresses(bench, ours, database)
    slow(bench, ours, "the sheet of a parcel, JSON, p99", [f"/ads/parcelles/{idu}" for idu in parcels])
    bench.stop_all()


def look_ups(bench, ours, database) -> list:
    """By identifier and by place, each in turns with its statement; the parcels that were asked for."""
    section, least, most = database.rows(
        f"SELECT left(_key, 10), min(numero::int), max(numero::int) FROM {places.TABLE} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )[0]
    mine = f"WHERE _key LIKE '{section}%'"
    keys = [key for key, in database.rows(f"SELECT _key FROM {places.TABLE} {mine} ORDER BY _key")]
    random.Random(44).shuffle(keys)
    columns = "t.fid, t.idu, t.contenance, t.feuille, s.echelle, ST_AsBinary(t.geom_3857)"
    both = f"{places.TABLE} t LEFT JOIN layer.sections s ON s._key = t.feuille"
    by_key = (f"\\set n random({least}, {most})\nSELECT {columns} FROM {both}"
              f" WHERE t._key = '{section}' || lpad((:n)::int::text, 4, '0');\n")
    got = measured(bench, database, ours, [f"/ads/parcelles?idu={key}" for key in keys], by_key)
    row(bench, "look-up of a parcel by its identifier", got, 1 / 3)
    by_key_bare = got["bare"]
    # More than are kept, so that each is asked of the database.
    others = database.rows(f"SELECT _key FROM {places.TABLE} ORDER BY md5(_key) LIMIT {STRANGERS}")
    got = asked(bench, ours, [f"/ads/parcelles?idu={key}" for key, in others])
    row(bench, "the same, of parcels that nobody asked for before", {"ours": got["ours"], "bare": by_key_bare}, None)

    spots = database.rows(
        f"SELECT ST_X(p), ST_Y(p), ST_X(d), ST_Y(d) FROM (SELECT p, ST_Transform(p, 4326) AS d FROM"
        f" (SELECT ST_PointOnSurface(geom_3857) AS p FROM {places.TABLE} ORDER BY md5(_key) LIMIT {ASKED}) q) r"
    )
    case = [" ".join(f"when :i = {i} then {round(float(spot[axis]) * 100)}" for i, spot in enumerate(spots)) for axis in (0, 1)]
    by_place = (f"\\set i random(0, {len(spots) - 1})\n\\set x case {case[0]} else 0 end\n\\set y case {case[1]} else 0 end\n"
                f"SELECT {columns} FROM {both} WHERE ST_Intersects(t.geom_3857,"
                f" ST_SetSRID(ST_MakePoint((:x)::float8 / 100, (:y)::float8 / 100), 3857));\n")
    paths = [f"/ads/parcelles?lon={spot[2]}&lat={spot[3]}" for spot in spots]
    row(bench, "look-up of a parcel by a place", measured(bench, database, ours, paths, by_place), 1 / 3)

    begun = [f"/ads/adresses/search?q={quoted(name[: max(3, len(name) * 2 // 3)])}" for name in streets(database)]
    got = {"ours": asked(bench, ours, begun)["ours"], "bare": by_key_bare}
    row(bench, "addresses as one types, against the look-up by key", got, 1 / 4)
    return random.Random(44).sample(anywhere(database), ASKED)


def anywhere(database) -> list:
    """Parcels of the whole territory: sheets of one section alone would all be alike."""
    return [key for key, in database.rows(f"SELECT _key FROM {places.TABLE} ORDER BY md5(_key) LIMIT {4 * ASKED}")]


def addresses(bench, ours, database) -> None:
    """Numbers in streets whose names have a slip."""
    slips, draw = [], random.Random(44)
    for name in streets(database):
        at = draw.randrange(len(name) - 3, len(name) - 1)
        slipped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        slips.append(f"/ads/adresses/search?q={quoted(f'{draw.randrange(1, 40)} {slipped.lower()}')}")
    slow(bench, ours, "addresses with a slip, p99", slips)


def slow(bench, ours, measure: str, paths: list) -> None:
    """How long the slowest answer of a hundred takes."""
    run = asked(bench, ours, paths)["ours"]
    bench.rows.append(table.limit_row(measure, run.p99_ms, "ms", SLOW_MS, "", f"{table.rate(run, 'answers')}"))


def asked(bench, ours, paths: list, **others) -> dict:
    bench_ours = lambda: load.http(ours.base, paths, bench.folder, bench.options.seconds, CONNECTIONS)
    return bench.measure({"ours": bench_ours, **others})


def measured(bench, database, ours, paths: list, script: str) -> dict:
    bare = lambda: load.statement(database, script, bench.folder, bench.options.seconds, CONNECTIONS)
    return asked(bench, ours, paths, bare=bare)


def row(bench, measure: str, got: dict, least: float) -> None:
    bench.rows.append(table.ratio_row(measure, got["ours"], "bare SQL", got["bare"], "answers", least))


def streets(database) -> list:
    return [name for name, in database.rows(
        "SELECT voie_nom FROM (SELECT DISTINCT voie_nom FROM layer.adresses WHERE length(voie_nom) > 8) v"
        f" ORDER BY md5(voie_nom) LIMIT {4 * ASKED}"
    )]


def quoted(text: str) -> str:
    return urllib.parse.quote(text)


def fill(database) -> None:
    """As many addresses as a metropolis has, on the parcels of the demonstration; nothing when they are there."""
    there = int(database.rows("SELECT count(*) FROM layer.adresses")[0][0])
    if there >= ADDRESSES:
        return
    listed = ["ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]" for words in (KINDS, FIRST, LAST)]
    for statement in (
        "INSERT INTO layer.adresses (_scope, _key, _since, _hash, cle_interop, commune_insee, voie_nom, numero,"
        " position, cad_parcelles, date_der_maj, geom)"
        " SELECT commune, key, since, md5(key)::uuid, key, commune, name, numero, 'entrée', idu, date '2026-01-01', place"
        " FROM (SELECT p.commune, p.commune || '_B' || lpad((n / 25)::text, 6, '0') || '_' || lpad((n % 25)::text, 5, '0') AS key,"
        " (SELECT max(_since) FROM layer.adresses) AS since, 1 + n % 25 AS numero, p.idu, ST_Centroid(p.geom) AS place,"
        f" ({listed[0]})[1 + (n / 25) % 10] || ' ' || ({listed[1]})[1 + (n / 250) % 20] || ' ' || ({listed[2]})[1 + (n / 5000) % 40] AS name"
        " FROM (SELECT row_number() OVER (ORDER BY p.fid, copy) AS n, p.commune, p.idu, p.geom"
        f" FROM {places.TABLE} p, generate_series(1, 1 + {ADDRESSES} / (SELECT count(*) FROM {places.TABLE})) copy) p"
        f" LIMIT {ADDRESSES - there}) a ON CONFLICT DO NOTHING",
        "VACUUM ANALYZE layer.adresses",
    ):
        database.rows(statement)
