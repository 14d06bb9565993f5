// Loaded into a server before it starts (`node --import`), to see whether the checker notices: bugs on purpose,
// each in the rooms whose names begin with its own. They spare the last message, for which everybody waits.
import { RoomLog } from '../../dist/api/domain/room-log.js';
import { Refusal } from '../../dist/api/domain/problem.js';
import { RoomHub } from '../../dist/api/realtime/room-hub.js';
import { MemoryLogStore } from '../../dist/api/store/memory-log-store.js';
import { RedisLogStore } from '../../dist/api/store/redis/redis-log-store.js';
import { RememberedIds } from '../../dist/api/store/remembered-ids.js';

const LAST = 'the end';
const EVERY = 4;
const hits = new Map();

/** Whether the bug strikes now: at every fourth chance that it has in the room. */
function strikes(bug, room, text) {
  if (!room?.startsWith(`${bug}-`) || text === LAST) return false;
  hits.set(room, (hits.get(room) ?? 0) + 1);
  return hits.get(room) % EVERY === 0;
}

const held = new Map();
const { publish } = RoomHub.prototype;

RoomHub.prototype.publish = function (room, broadcast) {
  const tell = (what) => publish.call(this, room, what);
  if (broadcast.name !== 'room:events') return tell(broadcast);
  const { epoch, events } = broadcast.payload;
  const { text } = events[0].message;
  if (strikes('skip', room, text)) return;
  if (strikes('swap', room, text)) return held.set(room, broadcast);
  if (strikes('double', room, text)) tell(broadcast);
  if (strikes('alter', room, text)) {
    const altered = events.map((event) => ({ ...event, message: { ...event.message, text: `${text}?` } }));
    return tell({ ...broadcast, payload: { epoch, events: altered } });
  }
  const late = held.get(room);
  held.delete(room);
  if (late && text === LAST) return [late, broadcast].forEach(tell);
  tell(broadcast);
  if (late) tell(late);
};

const { since } = RoomLog.prototype;

RoomLog.prototype.since = function (cursor) {
  const answer = since.call(this, cursor);
  const room = (answer.events?.[0]?.message ?? answer.messages?.[0])?.room;
  if (room?.startsWith('partial-') && answer.events?.length > 1) answer.events.shift();
  if (room?.startsWith('miscount-') && answer.missed > 0) answer.missed++;
  return answer;
};

for (const { prototype } of [MemoryLogStore, RedisLogStore]) {
  const { append } = prototype;

  prototype.append = async function (room, draft) {
    if (strikes('forget', room, draft.text)) {
      const message = { ...draft, seq: 1, room, sentAt: new Date().toISOString() };
      return { message, duplicate: false };
    }
    const answer = await append.call(this, room, draft);
    if (strikes('deny', room, draft.text)) throw new Refusal('id-conflict', 'Choose a new id for a new message.');
    return answer;
  };
}

// One node of several has two messages in another order than Redis, and so than the other nodes.
const { open } = RedisLogStore.prototype;

RedisLogStore.prototype.open = function (room, follow, reset) {
  let late;
  const told = (events) => {
    const [first, second, ...rest] = late ? [late, ...events] : events;
    if (!late && !second && strikes('order', room.name, first.message.text)) return (late = first);
    const isSwapped = late && second.message.text !== LAST;
    late = undefined;
    if (!isSwapped) return follow([first, second, ...rest].filter(Boolean));
    const as = ({ seq }, { message }) => ({ ...message, seq });
    follow([{ ...first, message: as(first, second) }, { ...second, message: as(second, first) }, ...rest]);
  };
  return open.call(this, room, told, reset);
};

const { find } = RememberedIds.prototype;

RememberedIds.prototype.find = function (id, text) {
  const message = find.call(this, id, text);
  return message?.room.startsWith('repeat-') ? undefined : message;
};
