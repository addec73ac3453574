"""What QGIS reads with a key: features as OAPIF and vector tiles of what is not open to everybody.

usage: qgis_keys.py BASE_URL FOLDER COLLECTION KEY (a key that opens the collection; otherwise as qgis_check.py). One
collection a run: QGIS goes on sending the password that it was once challenged for.

The ways are those that QGIS has: an authentication configuration of type Basic (which QGIS sends at once), a user and
a password in the address (which it sends when it is challenged; for tiles alone, since OAPIF follows links), a header
(by a preprocessor here, as plugins do; QGIS 3.24 has the type APIHeader for it) and the query parameter.
"""

import faulthandler
import json
import os
import sys
import urllib.parse
import urllib.request

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsNetworkAccessManager,
    QgsProject,
    QgsVectorLayer,
    QgsVectorTileLayer,
)

from qgis_check import LAMBERT_93, METROPOLIS, draw, fail, tell


def ask(base: str, path: str, key: str = ""):
    """A document of the server, with a key in the header when there is one."""
    request = urllib.request.Request(f"{base}{path}", headers={"X-API-Key": key} if key else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def challenges(base: str) -> int:
    """Requests answered 401 so far."""
    lines = ask(base, "/metrics").splitlines()
    return sum(int(line.split()[-1]) for line in lines if line.startswith("geonantes_requests_total") and '"401"' in line)


class Way:
    """How a key is presented: what it makes of addresses, what it adds to a layer's source."""

    def __init__(self, name: str, base: str, query: str = "", authcfg: str = ""):
        self.name, self.base, self.query, self.authcfg = name, base, query, authcfg

    def features(self, collection: str) -> int:
        """Features that come over the pages, ten a page: the key goes along with `next`."""
        source = f"url='{self.base}{self.query}' typename='{collection}' restrictToRequestBBOX='1' pageSize='10'"
        if self.authcfg:
            source += f" authcfg='{self.authcfg}'"
        layer = QgsVectorLayer(source, collection, "OAPIF")
        if not layer.isValid():
            fail(f"{collection} by {self.name} does not open as OAPIF")
        return sum(1 for feature in layer.getFeatures() if feature.hasGeometry())

    def drawn(self, collection: str, path: str) -> float:
        address = f"{self.base}/tiles/{collection}/{{z}}/{{x}}/{{y}}.mvt{self.query}"
        source = f"type=xyz&url={urllib.parse.quote(address, safe=':/@{}')}&zmin=0&zmax=14"
        if self.authcfg:
            source += f"&authcfg={self.authcfg}"
        layer = QgsVectorTileLayer(source, collection)
        if not layer.isValid():
            fail(f"the tiles of {collection} by {self.name} do not open")
        return draw(layer, METROPOLIS, path)


def check(way: Way, collection: str, wanted: int, folder: str, items: bool = True) -> None:
    QgsNetworkAccessManager.instance().cache().clear()
    told = []
    if items:
        seen = way.features(collection)
        if seen != wanted:
            fail(f"{collection} by {way.name}: {seen} features came, the key opens {wanted}")
        told.append(f"{seen} features")
    name = way.name.replace(" ", "-")
    share = way.drawn(collection, f"{folder}/{collection}-{name}.png")
    if share <= 0:
        fail(f"{collection} by {way.name}: its tiles draw nothing")
    told.append(f"tiles drawn on {share:.2%} of the map")
    tell(f"{collection} by {way.name}: {', '.join(told)}")


def stored(key: str) -> str:
    """A Basic authentication configuration with the key as password; its identifier."""
    config = QgsAuthMethodConfig("Basic")
    config.setName("Geonantes")
    config.setConfig("username", "qgis")
    config.setConfig("password", key)
    kept = QgsApplication.authManager().storeAuthenticationConfig(config)
    if not (kept[0] if isinstance(kept, tuple) else kept):
        fail("QGIS does not keep an authentication configuration")
    return config.id()


def check_ways(base: str, folder: str, collection: str, key: str) -> None:
    wanted = json.loads(ask(base, f"/collections/{collection}/items?limit=1", key))["numberMatched"]
    source = f"url='{base}' typename='{collection}'"
    if QgsVectorLayer(source, collection, "OAPIF").isValid():
        fail(f"{collection} opens without a key")

    check(Way("Basic", base, authcfg=stored(key)), collection, wanted, folder)
    check(Way("query", base, query=f"?key={key}"), collection, wanted, folder)

    def present(request) -> None:
        request.setRawHeader(b"X-API-Key", key.encode())

    preprocessor = QgsNetworkAccessManager.setRequestPreprocessor(present)
    check(Way("header", base), collection, wanted, folder)
    QgsNetworkAccessManager.removeRequestPreprocessor(preprocessor)

    before = challenges(base)
    scheme, rest = base.split("://", 1)
    way = Way("Basic after the challenge", f"{scheme}://qgis:{key}@{rest}")
    check(way, collection, wanted, folder, items=False)
    if challenges(base) == before:
        fail(f"{collection}: QGIS sent the key without a challenge, so that none was tested")


def main() -> None:
    if len(sys.argv) != 5:
        fail("usage: qgis_keys.py BASE_URL FOLDER COLLECTION KEY")
    base, folder = sys.argv[1].rstrip("/"), sys.argv[2]
    os.makedirs(f"{folder}/auth", exist_ok=True)
    os.environ["QGIS_AUTH_DB_DIR_PATH"] = f"{folder}/auth"
    # A server that is not there makes this QGIS crash: ask first, and show where if it does crash.
    faulthandler.enable()
    ask(base, "/health/ready")
    application = QgsApplication([], False)
    application.initQgis()
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(LAMBERT_93))
    if not QgsApplication.authManager().setMasterPassword("geonantes", True):
        fail("QGIS does not open its store of credentials")

    check_ways(base, folder, sys.argv[3], sys.argv[4])
    # Qt's own clean-up after threads of rendering may crash: all is checked, leave at once.
    sys.stdout.flush()
    os._exit(0)


main()
