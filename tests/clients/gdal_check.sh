#!/usr/bin/env bash
# What GDAL's own programs read from a running server: features, a copy to GeoPackage, FlatGeobuf, a vector tile;
# and with a key what is not open, in the three ways that GDAL can present it.
# usage: gdal_check.sh BASE_URL MEMBER_KEY CSU_KEY (keys of the whole territory). Ends with a code other than 0 and the reason at the first thing that is wrong.
set -euo pipefail

base=${1:?usage: gdal_check.sh BASE_URL MEMBER_KEY CSU_KEY}
member_key=${2:?a key of role member}
csu_key=${3:?a key of role csu}
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

# challenges: how many requests have been answered 401 so far.
challenges() {
  curl --silent --fail "$base/metrics" | sed -n 's/^geonantes_requests_total{.*status="401"} //p' | awk '{ sum += $1 } END { print sum + 0 }'
}

# all_of DATASET: how many features ogrinfo finds in its one layer, 0 when it does not open.
all_of() { ogrinfo -ro -al -so "$1" 2>/dev/null | sed -n 's/^Feature Count: //p' || true; }

# read_of DATASET: how many features come over its pages, ten a page: the key goes along with `next`.
read_of() { ogrinfo -ro -al -q -oo PAGE_SIZE=10 "$1" 2>/dev/null | grep -c '^OGRFeature' || true; }

# in_every_way KEY COLLECTION: its items and one of its tiles, by Basic once challenged, by header, by query.
in_every_way() {
  local key=$1 collection=$2 items=OAPIF:$base/collections/$2 tile=/vsicurl/$base/tiles/$2/10/507/359.mvt
  local wanted drawn before
  [ -z "$(all_of "$items")" ] || fail "$collection opens without a key"
  [ -z "$(all_of "$tile")" ] || fail "a tile of $collection opens without a key"
  wanted=$(curl --silent --fail --header "X-API-Key: $key" "$base/collections/$collection/items?limit=1" \
    | grep -oE '"numberMatched" *: *[0-9]+' | grep -oE '[0-9]+' || fail "$collection: no numberMatched in the items")
  drawn=$(GDAL_HTTP_HEADERS="X-API-Key: $key" all_of "$tile")
  [ "${drawn:-0}" -gt 0 ] || fail "$collection by header: the tile 10/507/359 is empty"

  expect "$collection by header" "$wanted" "$(GDAL_HTTP_HEADERS="X-API-Key: $key" read_of "$items")"
  expect "$collection by query" "$wanted" "$(read_of "$items?key=$key")"
  expect "a tile of $collection by query" "$drawn" "$(all_of "$tile?key=$key")"
  # ANY has GDAL send no password before it is asked for one.
  before=$(challenges)
  expect "$collection by Basic" "$wanted" "$(GDAL_HTTP_AUTH=ANY GDAL_HTTP_USERPWD="gdal:$key" read_of "$items")"
  [ "$(challenges)" -gt "$before" ] || fail "$collection by Basic: the key was sent without a challenge"
  before=$(challenges)
  expect "a tile of $collection by Basic" "$drawn" \
    "$(GDAL_HTTP_AUTH=ANY GDAL_HTTP_USERPWD="gdal:$key" all_of "$tile")"
  [ "$(challenges)" -gt "$before" ] || fail "a tile of $collection by Basic: the key was sent without a challenge"
  # The whole service lists what the key opens.
  expect "$collection in the service" "$wanted" "$(GDAL_HTTP_USERPWD="gdal:$key" count "OAPIF:$base" "$collection")"
}

in_every_way "$member_key" sites-archives
in_every_way "$csu_key" cameras-csu
