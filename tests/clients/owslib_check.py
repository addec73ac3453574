"""What OWSLib reads from a running server: collections, queryables, items by box, every page, one item.

usage: owslib_check.py BASE_URL. Ends with a code other than 0 and the reason at the first thing that is wrong.
"""

import json
import sys
import urllib.request

from owslib.ogcapi.features import Features

# West, south, east, north in degrees: the middle of Nantes.
CENTRE = [-1.60, 47.19, -1.50, 47.25]


def fail(reason: str) -> None:
    sys.exit(f"OWSLib: {reason}")


def tell(what: str) -> None:
    print(f"OWSLib: {what}")


def pages(first: dict):
    """Yields a page and those after it, by the `next` links alone, as a client must."""
    page = first
    while True:
        yield page
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        if not page["features"]:
            fail("an empty page has a next link")
        with urllib.request.urlopen(following[0], timeout=60) as answer:
            page = json.load(answer)


def every_id(first: dict, what: str) -> list:
    """Ids over all pages; fails when one comes twice."""
    ids = [feature["id"] for page in pages(first) for feature in page["features"]]
    if len(ids) != len(set(ids)):
        fail(f"{what}: {len(ids) - len(set(ids))} features came twice over the pages")
    return ids


def bounds(geometry: dict) -> tuple:
    """West, south, east, north of a GeoJSON geometry."""
    xs, ys = [], []
    waiting = [geometry["coordinates"]]
    while waiting:
        part = waiting.pop()
        if isinstance(part[0], (int, float)):
            xs.append(part[0])
            ys.append(part[1])
        else:
            waiting.extend(part)
    return min(xs), min(ys), max(xs), max(ys)


def check_collections(api: Features) -> None:
    listed = api.feature_collections()
    for name in ("communes", "parcelles", "plum-zonage", "mairies"):
        if name not in listed:
            fail(f"collection {name} is not among {listed}")
    classes = api.conformance()["conformsTo"]
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    if core not in classes:
        fail(f"conformance lacks {core}")
    west, south, east, north = api.collection("communes")["extent"]["spatial"]["bbox"][0]
    if not (-2.2 < west < east < -1.2 and 46.9 < south < north < 47.5):
        fail(f"extent of communes is not Nantes Métropole's: {west} {south} {east} {north}")
    tell(f"{len(listed)} collections, Core among {len(classes)} conformance classes, extent of communes as expected")


def check_queryables(api: Features) -> None:
    names = set(api.collection_queryables("parcelles")["properties"])
    missing = {"idu", "commune", "section", "numero"} - names
    if missing:
        fail(f"queryables of parcelles lack {sorted(missing)}")
    tell(f"parcelles has the queryables {', '.join(sorted(names))}")


def check_items(api: Features) -> None:
    communes = api.collection_items("communes", limit=100)
    if len(communes["features"]) != 24 or communes["numberReturned"] != 24:
        fail(f"24 communes expected, {len(communes['features'])} came")
    first = communes["features"][0]
    again = api.collection_item("communes", str(first["id"]))
    if again["properties"] != first["properties"]:
        fail(f"item {first['id']} of communes differs from the same in the items")
    tell("24 communes, and one of them by its id")


def check_box(api: Features) -> None:
    first = api.collection_items("parcelles", bbox=CENTRE, limit=100)
    inside = every_id(first, "parcelles in a box")
    if not inside:
        fail(f"no parcel in the box {CENTRE}")
    if first.get("numberMatched", len(inside)) != len(inside):
        fail(f"numberMatched says {first['numberMatched']} in the box, the pages have {len(inside)}")
    for feature in first["features"]:
        west, south, east, north = bounds(feature["geometry"])
        if east < CENTRE[0] or west > CENTRE[2] or north < CENTRE[1] or south > CENTRE[3]:
            fail(f"parcel {feature['id']} lies outside the box {CENTRE}")
    tell(f"{len(inside)} parcels in a box, page by page")


def check_paging(api: Features) -> None:
    first = api.collection_items("parcelles", limit=500)
    every = every_id(first, "parcelles")
    if first.get("numberMatched", len(every)) != len(every):
        fail(f"numberMatched says {first['numberMatched']} parcels, the pages have {len(every)}")
    if len(every) < 2000:
        fail(f"{len(every)} parcels are too few to show that paging is whole")
    tell(f"{len(every)} parcels over the pages, each once and only once")


def main() -> None:
    if len(sys.argv) != 2:
        fail("usage: owslib_check.py BASE_URL")
    api = Features(sys.argv[1].rstrip("/") + "/")
    check_collections(api)
    check_queryables(api)
    check_items(api)
    check_box(api)
    check_paging(api)


main()
