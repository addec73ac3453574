-- Asks for the paths of a file in turn. Each thread begins at its own place in the list, so that the requests
-- under way at one moment are different ones and no server answers two of them with one piece of work.
-- Environment: BENCH_PATHS (a file, one path a line), BENCH_THREADS. Prints one RESULT line at the end.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  paths = {}
  for line in io.lines(os.getenv("BENCH_PATHS")) do
    paths[#paths + 1] = line
  end
  at = math.floor(number * #paths / tonumber(os.getenv("BENCH_THREADS")))
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
