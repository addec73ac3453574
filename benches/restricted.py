"""The parcels once more as a restricted layer, and the same boxes asked of both."""

import json
import shutil
import subprocess
from pathlib import Path

import places
import servers

TWIN = "parcelles-reservees"
TABLE = "layer.parcelles_reservees"


def serve(program: Path, home: Path, folder: Path) -> servers.Server:
    """Our program over the loaded home, with the twin in its catalogue."""
    layers = folder / "layers"
    shutil.rmtree(layers, ignore_errors=True)
    shutil.copytree(Path(__file__).parent.parent / "layers", layers)
    text = (layers / f"{places.LAYER}.toml").read_text()
    text = text.replace(f'id = "{places.LAYER}"', f'id = "{TWIN}"')
    text = text.replace('audience = "open"', 'audience = "restricted"\nrole = "csu"')
    (layers / f"{TWIN}.toml").write_text(text)
    config = folder / "restricted.toml"
    config.write_text(servers.PATIENT)
    return servers.Server(
        "restricted", folder, lambda port: [str(program), "serve", "--listen", f"127.0.0.1:{port}"], "/health/ready",
        patience=300, GEONANTES_HOME=str(home), GEONANTES_LAYERS=str(layers), GEONANTES_CONFIG=str(config),
    )


def fill(database) -> None:
    """Gives the twin the parcels' rows and publications."""
    columns = ", ".join(f'"{name}"' for name, in database.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'layer'"
        f" AND table_name = '{places.LAYER}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
    ))
    known = ", ".join(name for name, in database.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'publication'"
        " AND column_name NOT IN ('layer', 'open') ORDER BY ordinal_position"
    ))
    for statement in (
        f"TRUNCATE {TABLE}",
        f"DELETE FROM publication WHERE layer = '{TWIN}'",
        f"INSERT INTO {TABLE} ({columns}) SELECT {columns} FROM {places.TABLE} ORDER BY fid",
        f"INSERT INTO publication (layer, {known}) SELECT '{TWIN}', {known} FROM publication"
        f" WHERE layer = '{places.LAYER}'",
        f"VACUUM ANALYZE {TABLE}",
    ):
        database.rows(statement)


def largest_commune(database) -> str:
    """The commune with the most parcels."""
    return database.rows(f"SELECT commune FROM {places.TABLE} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")[0][0]


def key(program: Path, home: Path, scope: str) -> str:
    """A key of the layer's role in a scope, which adheres."""
    def run(*arguments):
        return subprocess.run(
            [str(program), *arguments], capture_output=True, text=True,
            env={"PATH": "/usr/bin:/bin", "GEONANTES_HOME": str(home),
                 "GEONANTES_LAYERS": str(Path(__file__).parent.parent / "layers")},
        )
    if scope != "territoire":
        # Refused when it adheres already.
        run("adhesions", "add", "--commune", scope, "--service", "sig", "--level", "outils", "--from", "2018-01-01")
    made = run("keys", "create", "--role", "csu", "--scope", scope, "--label", "bench", "--json")
    return json.loads(made.stdout)["key"]
