/*
 * What runs inside the counter store, each as one step. Times are the store's own, so that gateways whose clocks differ
 * count alike.
 */

/*
 * A quota holds how many requests it has let in (`n`), and how many of these the store itself remembered, or was
 * reminded of, since it was started (`base` in `run`). A store that has lost counts at its end is told by each gateway
 * what it had last seen: the largest of these takes the place of the base, whatever has been counted since.
 */
const ENTER_RUN = `
local function usedIn(key, run)
  local quota = redis.call('HMGET', key, 'n', 'run')
  local used = tonumber(quota[1] or 0)
  if quota[2] ~= run then redis.call('HSET', key, 'n', used, 'base', used, 'run', run) end
  return used
end
`;

/**
 * Counts a request. KEYS: the rate's window, the quota. ARGV: limit per second and limit of the quota, -1 for none;
 * when the quota's key may go (milliseconds since 1970); the run of the store.
 * Gives 0, 1 (the rate refuses) or 2 (the quota refuses); requests left within the second; requests of the quota used.
 * A window holds how many requests came in which hundredth of a second, and their sum.
 */
export const TAKE_SCRIPT = `${ENTER_RUN}
local rateLimit, quotaLimit = tonumber(ARGV[1]), tonumber(ARGV[2])
local rateLeft, used = 0, 0
if rateLimit >= 0 then
  local time = redis.call('TIME')
  local now = time[1] * 100 + math.floor(time[2] / 10000)
  local window = redis.call('HMGET', KEYS[1], 'total', 'oldest')
  local total, oldest = tonumber(window[1] or 0), tonumber(window[2] or now)
  local isChanged = false
  while oldest <= now - 100 do
    local count = redis.call('HGET', KEYS[1], oldest)
    if count then
      total = total - count
      redis.call('HDEL', KEYS[1], oldest)
    end
    oldest = oldest + 1
    isChanged = true
  end
  local isRefused = total >= rateLimit
  if not isRefused then
    total = total + 1
    redis.call('HINCRBY', KEYS[1], now, 1)
  end
  if isChanged or not isRefused then
    redis.call('HSET', KEYS[1], 'total', total, 'oldest', oldest)
    redis.call('PEXPIRE', KEYS[1], 2000)
  end
  if isRefused then return {1, 0, 0} end
  rateLeft = rateLimit - total
end
if quotaLimit >= 0 then
  used = usedIn(KEYS[2], ARGV[4])
  if used < 2 then redis.call('PEXPIREAT', KEYS[2], ARGV[3]) end
  if used >= quotaLimit then return {2, rateLeft, used} end
  used = redis.call('HINCRBY', KEYS[2], 'n', 1)
end
return {0, rateLeft, used}
`;

/** Reminds the store of what a gateway has seen. KEYS: the quota. ARGV: the count, when it may go, the run. */
export const RAISE_SCRIPT = `${ENTER_RUN}
usedIn(KEYS[1], ARGV[3])
local missing = tonumber(ARGV[1]) - tonumber(redis.call('HGET', KEYS[1], 'base'))
if missing > 0 then
  redis.call('HSET', KEYS[1], 'base', ARGV[1])
  redis.call('HINCRBY', KEYS[1], 'n', missing)
end
return redis.call('PEXPIREAT', KEYS[1], ARGV[2])
`;

/** Adds requests that a gateway has counted alone. KEYS: the quota. ARGV: how many, when it may go, the run. Gives `n`. */
export const ADD_SCRIPT = `${ENTER_RUN}
usedIn(KEYS[1], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])
`;
