"""Moving windows as a script that Redis runs: many of them in one round trip.

The rule is the script of the library `limits`, which keeps the times of the requests that a window counts in a list,
newest first. Around it: times are those of the Redis server, so that processes need not agree on theirs, and what
has left the window is dropped first, so that the length of the list is the number of requests in it.
"""

from limits.aio.storage.redis.bridge import RedisBridge

HIT = f"""
local function acquire(KEYS, ARGV)
{RedisBridge.SCRIPT_ACQUIRE_MOVING_WINDOW.decode()}
end

local clock = redis.call('time')
local now = clock[1] + clock[2] / 1000000
local answers = {{}}
for i, key in ipairs(KEYS) do
    local limit, seconds = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local oldest = tonumber(redis.call('lindex', key, -1) or now)
    while oldest + seconds <= now do
        redis.call('rpop', key)
        oldest = tonumber(redis.call('lindex', key, -1) or now)
    end
    local allowed = acquire({{key}}, {{now, limit, seconds, 1}}) and 1 or 0
    local left = limit - redis.call('llen', key)
    answers[i] = string.format('%d %d %d', allowed, left, math.ceil(oldest + seconds - now))
end
return table.concat(answers, ' ')
"""
"""For each key two arguments, a limit's requests and seconds; the answer has three numbers for each, with spaces:
whether it is allowed, how many are left, and in how many seconds the next one comes back."""
