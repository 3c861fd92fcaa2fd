/**
 * FailureRecord.add of failure-record.ts as one step of Redis. KEYS[1] is a hash: hits, ends, until, waits.
 * ARGV: ttl, limit, first wait, longest wait and quiet time in milliseconds, and the time, or nothing for the server's.
 * A ttl of 0 only looks. Returns hits, the milliseconds until they are forgotten, whether blocked, and what is left to wait.
 */
export const COUNT_FAILURE_LUA = `
local key = KEYS[1]
local ttl, limit, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local longest, quiet = tonumber(ARGV[4]), tonumber(ARGV[5])
local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local stored = redis.call('HMGET', key, 'hits', 'ends', 'until', 'waits')
local hits, ends = tonumber(stored[1]) or 0, tonumber(stored[2]) or 0
local blocked, waits = tonumber(stored[3]) or 0, tonumber(stored[4]) or 0
if now < blocked then return { hits, ends - now, 1, blocked - now } end
if ttl == 0 then return { hits, ends - now, 0, 0 } end

if now >= ends then
  hits = 0
  ends = now + ttl
end
if now >= blocked + quiet then waits = 0 end
hits = hits + 1
if hits >= limit then
  if wait > 0 then
    ends = now + math.min(wait * 2 ^ waits, longest)
    waits = waits + 1
  end
  blocked = ends
end

local keep = ends - now
if waits > 0 then keep = math.max(keep, blocked + quiet - now) end
local text = function(number) return string.format('%.0f', number) end
redis.call('HSET', key, 'hits', text(hits), 'ends', text(ends), 'until', text(blocked), 'waits', text(waits))
-- A minute longer than it counts: the record tells itself when it ends, by the clock it was written by.
redis.call('PEXPIRE', key, text(keep + 60000))
return { hits, ends - now, 0, math.max(0, blocked - now) }
`;
