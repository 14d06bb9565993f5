import { Script } from './redis-link.js';

/**
 * Adds messages to a room's log and reads what came after a position, in one step.
 *
 * KEYS meta log ids order
 * ARGV channel, an epoch to begin if one has to be, title, epoch and seq and stamp of the last event that the caller
 *   knows, events at most, messages of a snapshot, messages kept, ids kept, milliseconds for which they are kept, and
 *   then id, userId, nickname and text of each message
 * Answers epoch, seq, whether the entries are a snapshot, an outcome for each message, entries
 *
 * A log that is behind the caller's, or has another event where the caller was, lost what had been given out: its
 * epoch is over. That is how a replica that was promoted too early, and a file that was written too late, are found.
 */
export const APPEND_AND_READ = new Script(`
local meta, log, ids, order = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local state = redis.call('HMGET', meta, 'epoch', 'seq', 'at')
local epoch, seq, at = state[1], tonumber(state[2] or '0'), tonumber(state[3] or '0')
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local known, after, stamp = ARGV[4], tonumber(ARGV[5]), ARGV[6]
local whole = string.format

if not epoch then
  redis.call('DEL', log, ids, order)
  seq, at = 0, now
  epoch = ARGV[2]
  redis.call('HSET', meta, 'epoch', epoch, 'seq', '0', 'at', whole('%.0f', now), 'title', ARGV[3])
  if known ~= '' then redis.call('SPUBLISH', ARGV[1], 'lost') end
elseif known == epoch then
  local behind = seq < after
  if not behind and stamp ~= '' then
    local last = redis.call('XRANGE', log, whole('%d-0', after), whole('%d-0', after))[1]
    behind = last and last[2][2] ~= stamp
  end
  if behind then
    epoch = ARGV[2]
    redis.call('HSET', meta, 'epoch', epoch)
    redis.call('SPUBLISH', ARGV[1], 'lost')
  end
end

local outcomes, added = {}, false
local kept, remembered, lifetime = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11]) * 1000
for first = 12, #ARGV, 4 do
  local id, user, nickname, text = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
  local hash = redis.sha1hex(text)
  local entry = redis.call('HGET', ids, id)
  local oldSeq, oldAt, oldHash, oldUser, oldNickname
  if entry then
    oldSeq, oldAt, oldHash, oldUser, oldNickname = string.match(entry, '^(%d+)|(%d+)|(%x+)|([^|]*)|(.*)$')
    if now - tonumber(oldAt) >= lifetime then oldSeq = nil end
  end
  if not oldSeq then
    at = math.max(now, at + 1)
    seq = seq + 1
    local stamped = whole('%.0f', at)
    redis.call('XADD', log, 'MAXLEN', '~', kept, whole('%d-0', seq),
      't', stamped, 'i', id, 'u', user, 'n', nickname, 'x', text)
    redis.call('HSET', ids, id, whole('%d|%s|%s|%s|%s', seq, stamped, hash, user, nickname))
    redis.call('RPUSH', order, whole('%d|%s', seq, id))
    outcomes[#outcomes + 1] = {'added', whole('%d', seq), stamped, user, nickname}
    added = true
  elseif oldHash == hash then
    outcomes[#outcomes + 1] = {'known', oldSeq, oldAt, oldUser, oldNickname}
  else
    outcomes[#outcomes + 1] = {'conflict'}
  end
end

if added then
  redis.call('HSET', meta, 'seq', whole('%d', seq), 'at', whole('%.0f', at))
  for _ = 1, #outcomes + 2 do
    local oldest = redis.call('LINDEX', order, 0)
    if not oldest then break end
    local oldSeq, id = string.match(oldest, '^(%d+)|(.*)$')
    local entry = redis.call('HGET', ids, id)
    local entrySeq, entryAt
    if entry then entrySeq, entryAt = string.match(entry, '^(%d+)|(%d+)') end
    local again = entrySeq ~= oldSeq
    if not again and redis.call('LLEN', order) <= remembered and now - tonumber(entryAt) < lifetime then break end
    redis.call('LPOP', order)
    if not again then redis.call('HDEL', ids, id) end
  end
  redis.call('SPUBLISH', ARGV[1], whole('%d', seq))
elseif #outcomes > 0 then
  -- So that a WAIT behind it waits for what is told to be known.
  redis.call('HSET', meta, 'seq', whole('%d', seq))
end

local entries = {}
local snapshot = known ~= epoch
if not snapshot and seq > after then
  entries = redis.call('XRANGE', log, whole('%d-0', after + 1), '+', 'COUNT', ARGV[7])
  snapshot = not entries[1] or entries[1][1] ~= whole('%d-0', after + 1)
end
if snapshot then
  local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', ARGV[8])
  entries = {}
  for index = #newest, 1, -1 do entries[#entries + 1] = newest[index] end
end
return {epoch, whole('%d', seq), snapshot and 1 or 0, outcomes, entries}
`);

/**
 * Moves a mark forward.
 *
 * KEYS marks readers
 * ARGV channel, word to say there, userId, nickname, seq, marks kept
 */
export const MARK = new Script(`
local moved = redis.call('ZADD', KEYS[1], 'GT', 'CH', ARGV[5], ARGV[3])
if moved == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
for _ = 1, 10 do
  if redis.call('ZCARD', KEYS[1]) <= tonumber(ARGV[6]) then break end
  local least = redis.call('ZPOPMIN', KEYS[1])
  redis.call('HDEL', KEYS[2], least[1])
end
redis.call('SPUBLISH', ARGV[1], ARGV[2])
return 1
`);

/**
 * Takes away messages that are too old, but for the newest.
 *
 * KEYS meta log
 * ARGV milliseconds, messages that stay whatever their age
 */
export const PRUNE = new Script(`
local time = redis.call('TIME')
local before = tonumber(time[1]) * 1000000 + tonumber(time[2]) - tonumber(ARGV[1]) * 1000
local last = tonumber(redis.call('HGET', KEYS[1], 'seq') or '0') - tonumber(ARGV[2])
local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1000)
local gone = 0
for _, entry in ipairs(oldest) do
  local seq = tonumber(string.match(entry[1], '^%d+'))
  if seq > last or tonumber(entry[2][2]) >= before then break end
  gone = seq
end
if gone == 0 then return 0 end
return redis.call('XTRIM', KEYS[2], 'MINID', string.format('%d-0', gone + 1))
`);

/**
 * The time of the Redis that has the key; without one, any node of a cluster would be asked.
 *
 * KEYS any
 */
export const NOW = new Script(`return redis.call('TIME')`);

/**
 * Puts a room into the index.
 *
 * KEYS rooms
 * ARGV rooms at most, name, title
 */
export const ADD_ROOM = new Script(`
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return 'exists' end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 'added'
`);

/**
 * Puts rooms back that the index has lost.
 *
 * KEYS rooms
 * ARGV name and title of each
 */
export const KEEP_ROOMS = new Script(`
for first = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[first], ARGV[first + 1]) end
return 1
`);

/**
 * Takes away all of a room in which nothing happens, unless a process serves it.
 *
 * KEYS meta nodes log ids order marks readers
 * ARGV milliseconds
 */
export const DROP_IDLE = new Script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local idle = now - tonumber(ARGV[1])
local state = redis.call('HMGET', KEYS[1], 'at', 'served')
if tonumber(state[1] or '0') / 1000 > idle or tonumber(state[2] or '0') > idle then return 0 end
redis.call('DEL', unpack(KEYS))
return 1
`);

/**
 * Says who is in a room at one process, renews its lease, and tells which processes there are.
 *
 * KEYS nodes people meta
 * ARGV channel, node, version of its people before and after, milliseconds of the lease, milliseconds for which people
 *   are kept beyond it, people in the room at all processes or nothing if the node serves it no more, whether what
 *   follows is everyone, a word for the others, and then userId, milliseconds for which they stay without the process,
 *   nickname of each; -1 for somebody who is gone
 * Answers 0 if the people are not there that were to be changed, or the time, and node and version of each lease
 */
export const SAY_WHO_IS_HERE = new Script(`
local nodes, people, meta = KEYS[1], KEYS[2], KEYS[3]
local node, before, version = ARGV[2], ARGV[3], ARGV[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local whole = function(number) return string.format('%.0f', number) end

if ARGV[7] ~= '' then
  if ARGV[8] == '1' then
    redis.call('DEL', people)
  elseif redis.call('HGET', people, '#') ~= before then
    return 0
  end
  for first = 10, #ARGV, 3 do
    local stays = tonumber(ARGV[first + 1])
    if stays < 0 then
      redis.call('HDEL', people, ARGV[first])
    else
      redis.call('HSET', people, ARGV[first], whole(stays == 0 and 0 or now + stays) .. '|' .. ARGV[first + 2])
    end
  end
  redis.call('HSET', people, '#', version)
  redis.call('PEXPIRE', people, ARGV[6])
  redis.call('HSET', nodes, node, whole(now + tonumber(ARGV[5])) .. '|' .. version)
  redis.call('HSET', meta, 'online', ARGV[7], 'served', whole(now))
  if version ~= before then redis.call('SPUBLISH', ARGV[1], ARGV[9]) end
else
  redis.call('DEL', people)
  redis.call('HDEL', nodes, node)
end

local answer = {whole(now)}
local all = redis.call('HGETALL', nodes)
for index = 1, #all, 2 do
  local until_, of = string.match(all[index + 1], '^(%d+)|(.*)$')
  local rest = tonumber(until_) - now
  if rest < -tonumber(ARGV[6]) then
    redis.call('HDEL', nodes, all[index])
  elseif rest > 0 and all[index] ~= node then
    answer[#answer + 1] = all[index]
    answer[#answer + 1] = of
  end
end
return answer
`);

/**
 * Makes a nickname somebody's at one process, or keeps it so.
 *
 * KEYS nickname
 * ARGV userId, nickname, whether a guest's, node, milliseconds
 * Answers nothing, or userId, nickname and whether it is a guest's of who has it
 */
export const CLAIM = new Script(`
local owner = redis.call('HMGET', KEYS[1], 'userId', 'nickname', 'guest')
if owner[1] and owner[1] ~= ARGV[1] then return owner end
if not owner[1] then
  redis.call('HSET', KEYS[1], 'userId', ARGV[1], 'nickname', ARGV[2], 'guest', ARGV[3])
end
redis.call('HSET', KEYS[1], '@' .. ARGV[4], '')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {}
`);

/**
 * Frees a nickname, unless its owner is at another process too.
 *
 * KEYS nickname
 * ARGV userId, node
 */
export const RELEASE = new Script(`
if redis.call('HGET', KEYS[1], 'userId') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], '@' .. ARGV[2])
if redis.call('HLEN', KEYS[1]) > 3 then return 0 end
return redis.call('DEL', KEYS[1])
`);
