/**
 * The RollingWindow of rolling-window.ts as one step of Redis. KEYS[1] is a list of its cells, oldest first, each
 * `<opened>:<last>:<before>:<count>`: when its first and last request came, how many were taken before it, and in it.
 * ARGV: limit, window and grain in milliseconds, 1 to take or 0 to foresee, and the time, or nothing for the server's.
 * Returns whether it is exceeded, what remains, and the milliseconds until one more fits.
 */
export const ROLLING_WINDOW_LUA = `
local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local grain = tonumber(ARGV[3])
local isTaking = ARGV[4] == '1'
local now = tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function cellAt(index)
  local text = redis.call('LINDEX', key, index)
  if not text then return nil end
  local opened, last, before, count = string.match(text, '^(%d+):(%d+):(%d+):(%d+)$')
  return { opened = tonumber(opened), last = tonumber(last), before = tonumber(before), count = tonumber(count) }
end

local function textOf(cell)
  return string.format('%.0f:%.0f:%.0f:%.0f', cell.opened, cell.last, cell.before, cell.count)
end

local newest = cellAt(-1)
if newest and newest.last > now then now = newest.last end
local oldest = cellAt(0)
while oldest and oldest.last + window <= now do
  redis.call('LPOP', key)
  oldest = cellAt(0)
end

local used = 0
if oldest then used = newest.before + newest.count - oldest.before end

if used >= limit then
  local index = 0
  local leaving = oldest
  -- More than one cell has to go only after the limit was lowered.
  while leaving do
    local left = newest.before + newest.count - leaving.before - leaving.count
    if left < limit then break end
    index = index + 1
    leaving = cellAt(index)
  end
  return { 1, 0, (leaving or newest).last + window - now }
end

if isTaking then
  if oldest and now <= newest.opened + grain then
    newest.last = now
    newest.count = newest.count + 1
    redis.call('LSET', key, -1, textOf(newest))
  else
    local before = 0
    if oldest then before = newest.before + newest.count end
    newest = { opened = now, last = now, before = before, count = 1 }
    redis.call('RPUSH', key, textOf(newest))
  end
  redis.call('PEXPIRE', key, window + 1000)
end
oldest = cellAt(0)
local oldestLast = now
if oldest then oldestLast = oldest.last end
return { 0, limit - used - 1, oldestLast + window - now }
`;
