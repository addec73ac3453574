#!/usr/bin/env bash
# What GDAL's own programs read from a running server: features, a copy to GeoPackage, FlatGeobuf, a vector tile.
# usage: gdal_check.sh BASE_URL. Ends with a code other than 0 and the reason at the first thing that is wrong.
set -euo pipefail

base=${1:?usage: gdal_check.sh BASE_URL}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "GDAL: $*" >&2
  exit 1
}

# count DATASET LAYER: how many features ogrinfo counts there.
count() { ogrinfo -ro -so "$1" "$2" | sed -n 's/^Feature Count: //p'; }

# expect WHAT WANTED GOT
expect() {
  [ "$2" = "$3" ] || fail "$1: expected $2, got '$3'"
  echo "GDAL: $1: $3"
}

expect "communes over OGC API Features" 24 "$(count "OAPIF:$base" communes)"

ogr2ogr -f GPKG "$work/communes.gpkg" "OAPIF:$base" communes
expect "communes copied to GeoPackage" 24 "$(count "$work/communes.gpkg" communes)"
extent=$(ogrinfo -ro -so "$work/communes.gpkg" communes | sed -n 's/^Extent: //p')
case $extent in
  '(-1.'*' 47.'*|'(-2.'*' 47.'*) echo "GDAL: extent in longitude and latitude: $extent" ;;
  *) fail "extent of the communes: expected around 1.5 degrees west and 47.2 north, got $extent" ;;
esac

# FlatGeobuf, a whole layer: as many features as the server says that it has.
matched=$(curl --silent --fail "$base/collections/parcelles/items?limit=1" \
  | grep -oE '"numberMatched" *: *[0-9]+' | grep -oE '[0-9]+' || fail "parcelles: no numberMatched in the items")
curl --silent --fail --output "$work/parcelles.fgb" "$base/collections/parcelles/items?f=fgb" \
  || fail "parcelles: f=fgb is refused"
layer=$(ogrinfo -ro -q "$work/parcelles.fgb" | sed -n 's/^1: \([^ ]*\).*/\1/p')
expect "parcelles as FlatGeobuf" "$matched" "$(ogrinfo -ro -al -so "$work/parcelles.fgb" | sed -n 's/^Feature Count: //p')"
ogrinfo -ro -q -fid 0 "$work/parcelles.fgb" "$layer" | grep -q 'POLYGON' \
  || fail "parcelles as FlatGeobuf: the first feature has no polygon"

# A tile over the centre of Nantes, told from the layer's name and its polygons.
curl --silent --fail --compressed --output "$work/tile.mvt" "$base/tiles/communes/10/507/359.mvt" \
  || fail "communes: no tile 10/507/359"
tile=$(ogrinfo -ro -al "$work/tile.mvt") || fail "the tile 10/507/359 of communes is not a vector tile"
grep -q '^Layer name: communes' <<<"$tile" || fail "the tile 10/507/359 has no layer named communes"
grep -q 'POLYGON' <<<"$tile" || fail "the tile 10/507/359 of communes draws nothing"
echo "GDAL: vector tile 10/507/359: $(grep -c '^OGRFeature' <<<"$tile") communes"
