# shellcheck shell=bash
# The parts of a run (checks, tests, clients), each timed and counted, and the server that the clients talk to.
# Sourced by ./dev.

PASSED=0
FAILED=0
PARTS=()      # "code seconds label" of every part

# part LABEL COMMAND…: a part of the run in a log; what it printed is shown if it failed. Never stops the run.
part() {
  local begun=$SECONDS code=0
  step "$@" || code=$?
  count_part "$1" "$code" "$((SECONDS - begun))"
}

# shown LABEL COMMAND…: as `part`, with its output as it comes (a test runner's). Returns the command's code.
shown() {
  local label=$1 begun=$SECONDS code=0
  shift
  say "$label …"
  "$@" || code=$?
  count_part "$label" "$code" "$((SECONDS - begun))"
  return "$code"
}

count_part() {
  if [ "$2" -eq 0 ]; then PASSED=$((PASSED + 1)); else FAILED=$((FAILED + 1)); fi
  PARTS+=("$2 $3 $1")
}

# summary: a line a part with its time, and the count that closes a run. Fails when a part failed.
summary() {
  local line code seconds label
  printf '\n'
  for line in "${PARTS[@]}"; do
    read -r code seconds label <<<"$line"
    printf '%-6s %5d s  %s\n' "$([ "$code" -eq 0 ] && echo ok || echo FAILED)" "$seconds" "$label"
  done
  printf '\n%d passed, %d failed\n' "$PASSED" "$FAILED"
  [ "$FAILED" -eq 0 ]
}

SERVER=       # process of the demonstration that the clients talk to, while it runs
BASE=         # its address
SERVER_LOG=$TOOLS/log/clients-server.log

# start_server: a small demonstration of its own (own cluster, a free port), whatever else runs here.
start_server() {
  local port deadline=$((SECONDS + 300))
  port=$(py -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  BASE=http://127.0.0.1:$port
  mkdir -p "$TOOLS/log"
  GEONANTES_HOME=$TARGET/test-home "$PROGRAM" demo --fresh --parcels 5000 --listen "127.0.0.1:$port" \
    >"$SERVER_LOG" 2>&1 &
  SERVER=$!
  trap stop_server EXIT
  until curl --silent --fail --max-time 5 --output /dev/null "$BASE/health/ready"; do
    if ! kill -0 "$SERVER" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
      tail -n 40 "$SERVER_LOG"
      echo "the demonstration for the clients did not become ready (log: $SERVER_LOG)"
      return 1
    fi
    sleep 0.5
  done
}

# stop_server: asks it to stop and waits; fails if it does not end well, as a service manager would see it.
stop_server() {
  local code=0
  [ -n "$SERVER" ] || return 0
  kill -TERM "$SERVER" 2>/dev/null || true
  wait "$SERVER" || code=$?
  SERVER=
  [ "$code" -eq 0 ] || echo "the demonstration ended with code $code at SIGTERM (log: $SERVER_LOG)"
  return "$code"
}

# new_key ROLE: a key of that role for the whole territory, from the running demonstration.
new_key() {
  GEONANTES_HOME=$TARGET/test-home "$PROGRAM" keys create --role "$1" --scope territoire --label "client tests" --json \
    | py -c 'import json, sys; print(json.load(sys.stdin)["key"])'
}

# qgis_keys COLLECTION KEY: what QGIS reads of a collection that the key opens.
qgis_keys() {
  QT_QPA_PLATFORM=offscreen /usr/bin/python3 "$ROOT/tests/clients/qgis_keys.py" "$BASE" "$TARGET/qgis-check" "$@"
}

# run_clients: the programs that people really use, against the running program.
run_clients() {
  shown "demonstration for the clients" start_server || return 0
  local member_key csu_key
  if ! { member_key=$(new_key member) && csu_key=$(new_key csu); }; then
    count_part "keys for the clients" 1 0
    return 0
  fi
  shown "client: GDAL" bash "$ROOT/tests/clients/gdal_check.sh" "$BASE" "$member_key" "$csu_key" || true
  shown "client: OWSLib" "$TOOLS/clients/bin/python" "$ROOT/tests/clients/owslib_check.py" "$BASE" || true
  shown "client: QGIS" env QT_QPA_PLATFORM=offscreen /usr/bin/python3 "$ROOT/tests/clients/qgis_check.py" \
    "$BASE" "$TARGET/qgis-check" || true
  shown "client: QGIS, member key" qgis_keys sites-archives "$member_key" || true
  shown "client: QGIS, CSU key" qgis_keys cameras-csu "$csu_key" || true
  shown "client: Chromium" env CHROMIUM="$(command -v chromium)" \
    node "$ROOT/tests/clients/carte.mjs" "$BASE" "$TARGET/carte.png" || true
  shown "client: Chromium, parcels" env CHROMIUM="$(command -v chromium)" \
    node "$ROOT/tests/clients/parcelles.mjs" "$BASE" "$TARGET/parcelles.png" || true
  shown "client: Chromium, signing in" sign_in || true
  shown "client: Chromium, contributing" contribute || true
  shown "client: Chromium, costs" costs_sliders || true
  shown "stop of the demonstration" stop_server || true
}

# contribute: a contributor drops files, reads the report, publishes and takes back.
contribute() {
  local key
  key=$(new_key contributor) || return 1
  CHROMIUM=$(command -v chromium) node "$ROOT/tests/clients/contributions.mjs" "$BASE" "$key" "$TARGET/contributions.png"
}

# costs_sliders: a finance officer moves the sliders of the cost model.
costs_sliders() {
  local key
  key=$(new_key finance) || return 1
  CHROMIUM=$(command -v chromium) node "$ROOT/tests/clients/couts.mjs" "$BASE" "$key" "$TARGET/couts.png"
}

# sign_in: a member signs in with a key of the running demonstration.
sign_in() {
  local key
  key=$(GEONANTES_HOME=$TARGET/test-home "$PROGRAM" keys create --role member --scope territoire --label "Essais" --json |
    py -c 'import json, sys; print(json.load(sys.stdin)["key"])') || return 1
  CHROMIUM=$(command -v chromium) node "$ROOT/tests/clients/connexion.mjs" "$BASE" "$key" "$TARGET/connexion.png"
}

# viewer_tests: the viewer's own, which need no server.
viewer_tests() { npm --prefix "$ROOT/web" test --silent; }
