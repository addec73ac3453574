"""What QGIS shows of a running server: features as OAPIF and vector tiles, drawn in Lambert-93.

usage: qgis_check.py BASE_URL FOLDER (run by the Python that QGIS is installed for, QT_QPA_PLATFORM=offscreen).
The maps are left in FOLDER. Ends with a code other than 0 and the reason at the first thing that is wrong.
"""

import faulthandler
import json
import os
import sys
import urllib.request

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

# Lambert-93, metres: Nantes Métropole, and a square of the centre of Nantes.
METROPOLIS = QgsRectangle(330000, 6672000, 375000, 6712000)
CENTRE = QgsRectangle(353000, 6688000, 358000, 6692000)
LAMBERT_93 = "EPSG:2154"
PAPER = QColor(255, 255, 255)


def fail(reason: str) -> None:
    # No clean-up of Qt on the way out: it can crash there and hide the reason.
    print(f"QGIS: {reason}", file=sys.stderr, flush=True)
    os._exit(1)


def tell(what: str) -> None:
    print(f"QGIS: {what}", flush=True)


def features(base: str, collection: str) -> QgsVectorLayer:
    """The collection as QGIS's OAPIF provider opens it, fetching only what is asked for."""
    uri = f"url='{base}' typename='{collection}' restrictToRequestBBOX='1'"
    layer = QgsVectorLayer(uri, collection, "OAPIF")
    if not layer.isValid():
        fail(f"{collection} does not open as OAPIF: {layer.error().summary()}")
    return layer


def tiles(base: str, collection: str) -> QgsVectorTileLayer:
    uri = f"type=xyz&url={base}/tiles/{collection}/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=16"
    layer = QgsVectorTileLayer(uri, collection)
    if not layer.isValid():
        fail(f"the tiles of {collection} do not open: {layer.error().summary()}")
    return layer


def draw(layer, extent: QgsRectangle, path: str) -> float:
    """Draws one layer in Lambert-93 and saves it; returns the share of the map that is not paper."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(LAMBERT_93))
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(800, 800))
    settings.setBackgroundColor(PAPER)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    for error in job.errors():
        fail(f"drawing {layer.name()}: {error.message}")
    image = job.renderedImage()
    image.save(path)
    inked = sum(
        1
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
        if image.pixelColor(x, y) != PAPER
    )
    return inked * 16 / (image.width() * image.height())


def check_drawn(layer, extent: QgsRectangle, path: str, least: float) -> None:
    share = draw(layer, extent, path)
    if share < least:
        fail(f"{path}: only {share:.1%} of the map is drawn, {least:.0%} expected")
    tell(f"{os.path.basename(path)}: {share:.0%} of the map drawn, in {LAMBERT_93}")


def check_communes(layer: QgsVectorLayer) -> None:
    seen = sum(1 for feature in layer.getFeatures() if feature.hasGeometry())
    if seen != 24:
        fail(f"24 communes expected, {seen} came with a geometry")
    fields = [field.name() for field in layer.fields()]
    if not fields:
        fail("the communes have no field")
    tell(f"24 communes as OAPIF in {layer.crs().authid()}, fields {', '.join(fields)}")


def check_parcels(layer: QgsVectorLayer, matched: int) -> None:
    """Parcels of a box, and only those, then all of them, through the provider's own requests."""
    project = QgsCoordinateReferenceSystem(LAMBERT_93)
    to_layer = QgsCoordinateTransform(project, layer.crs(), QgsProject.instance())
    box = to_layer.transformBoundingBox(CENTRE)
    found = list(layer.getFeatures(QgsFeatureRequest().setFilterRect(box)))
    if not found:
        fail("no parcel in the centre of Nantes")
    strays = [feature.id() for feature in found if not feature.geometry().boundingBox().intersects(box)]
    if strays:
        fail(f"{len(strays)} parcels lie outside the box that was asked for")
    every = len({feature["idu"] for feature in layer.getFeatures()})
    if every != matched:
        fail(f"the server has {matched} parcels, QGIS read {every} different ones over the pages")
    tell(f"{len(found)} parcels in a box of the centre of Nantes, {every} in all")


def main() -> None:
    if len(sys.argv) != 3:
        fail("usage: qgis_check.py BASE_URL FOLDER")
    base, folder = sys.argv[1].rstrip("/"), sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    # A server that is not there makes this QGIS crash: ask first, and show where if it does crash.
    faulthandler.enable()
    with urllib.request.urlopen(f"{base}/collections/parcelles/items?limit=1", timeout=30) as answer:
        matched = json.load(answer)["numberMatched"]
    application = QgsApplication([], False)
    application.initQgis()
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(LAMBERT_93))
    tell(f"version {Qgis.QGIS_VERSION}")

    communes = features(base, "communes")
    check_communes(communes)
    check_drawn(communes, METROPOLIS, f"{folder}/communes-oapif.png", 0.15)
    parcels = features(base, "parcelles")
    check_parcels(parcels, matched)
    check_drawn(parcels, CENTRE, f"{folder}/parcelles-oapif.png", 0.25)
    check_drawn(tiles(base, "communes"), METROPOLIS, f"{folder}/communes-tiles.png", 0.15)
    check_drawn(tiles(base, "parcelles"), CENTRE, f"{folder}/parcelles-tiles.png", 0.25)
    # Qt's own clean-up after threads of rendering may crash: all is checked, leave at once.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
