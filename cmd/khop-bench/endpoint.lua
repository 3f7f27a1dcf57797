-- Posts the lines of a file, one after another and from the beginning again. Each of wrk's threads has lines of its own,
-- so that a line comes again as late as can be. What it found is the last line that it writes, as JSON.
--
--   wrk ... -s endpoint.lua URL -- FILE THREADS

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local requests, last = {}, 0

function init(args)
  local line = 0
  for body in io.lines(args[1]) do
    if line % tonumber(args[2]) == number then
      requests[#requests + 1] = wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, body)
    end
    line = line + 1
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"microseconds":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
