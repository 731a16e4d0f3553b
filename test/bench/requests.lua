-- requests.lua FILE SEED [BODY-FILE] - for wrk: the requests of FILE, NUL between them, in a random
-- order that SEED decides, so that both sides of a comparison get the same. With BODY-FILE its bytes
-- follow each of them, the last eight replaced by a number that never comes twice.
-- Ends in a line of JSON.

local requests = {}
local random = math.random
local body
local number

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function picture()
    number = number + 1
    return requests[random(#requests)] .. body .. string.format("%08d", number)
end

function init(args)
    for text in read(args[1]):gmatch("%Z+") do
        requests[#requests + 1] = text
    end
    math.randomseed(tonumber(args[2]))
    if args[3] then
        body = read(args[3]):sub(1, -9)
        number = tonumber(args[2]) % 10 * 10000000
        request = picture
    end
end

function request()
    return requests[random(#requests)]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "us": %d, "bytes": %d, "failed": %d, "p50": %d, "p99": %d, "max": %d}\n',
        summary.requests, summary.duration, summary.bytes,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end
