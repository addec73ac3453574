# shellcheck shell=bash
# What every verb of ./dev shares: talking to the person, running a long step, knowing where the time went.
# Sourced by ./dev, which sets ROOT (the checkout) and TOOLS (its private folder of tools).

STARTED=$SECONDS
TIMES=()      # "label seconds" of every step that took a second or more, for the closing lines
CHILD=        # the long step under way, ended with us

# say TEXT: one line for the person, with the elapsed time, on standard error (standard output belongs to `run`).
say() { printf '[%4d s] %s\n' "$((SECONDS - STARTED))" "$*" >&2; }

# die TEXT…: says what is wrong and what to do about it, one line an argument, and stops.
die() {
  printf 'dev: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '     %s\n' "$@" >&2
  exit 1
}

# Ends the step under way when we are told to stop.
interrupted() {
  [ -z "$CHILD" ] || kill -TERM "$CHILD" 2>/dev/null
  exit 130
}

# step LABEL COMMAND…: runs a long command with its output in a log; a line at the start, one every 30 seconds
# with what it is at, and on failure the end of the log. Returns the command's own code.
step() {
  local label=$1 begun=$SECONDS code=0 log
  shift
  mkdir -p "$TOOLS/log"
  log=$TOOLS/log/$(printf '%s' "$label" | tr -cs 'a-zA-Z0-9' '-').$$.log
  say "$label …"
  "$@" >"$log" 2>&1 &
  CHILD=$!
  while kill -0 "$CHILD" 2>/dev/null; do
    timeout 30 tail -s 0.1 --pid="$CHILD" -f /dev/null || true
    kill -0 "$CHILD" 2>/dev/null && say "  still at it. $(tail -n 1 "$log" | tr -d '\r' | cut -c 1-100)"
  done
  wait "$CHILD" || code=$?
  CHILD=
  took "$label" "$((SECONDS - begun))"
  if [ "$code" -ne 0 ]; then
    say "$label: failed (exit code $code). The end of its output:"
    tail -n 60 "$log" >&2
    printf 'The whole of it: %s\n' "$log" >&2
    return "$code"
  fi
  rm -f "$log"
}

# took LABEL SECONDS: notes a step's time for where_time_went.
took() { [ "$2" -lt 1 ] || TIMES+=("$1 $2 s"); }

# where_time_went: one line with what took long, if anything did.
where_time_went() {
  [ "${#TIMES[@]}" -gt 0 ] || return 0
  local line
  line=$(printf '%s, ' "${TIMES[@]}")
  say "where the time went: ${line%, }"
}

# newer_or_same WANTED HAVE: true when version HAVE is at least WANTED.
newer_or_same() { printf '%s\n%s\n' "$1" "$2" | sort -VC; }

# fingerprint PATH…: a hash of the files under the paths (dependencies and products of a build left out).
fingerprint() {
  find "$@" \( -name node_modules -o -name dist -o -name .tests \) -prune -o -type f -print0 | sort -z \
    | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}
