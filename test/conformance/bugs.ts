import { ChatService } from '../../api/chat/chat.service.js';
import { Refusal } from '../../api/domain/problem.js';
import { Limits } from '../../api/edge/limits.js';
import { LongPolls } from '../../api/realtime/long-polls.js';
import type { RoomBroadcast } from '../../api/realtime/batch.js';
import type { TestServer } from '../support/server.js';

export interface Bug {
  /** What the server does wrong. */
  name: string;
  plant: (server: TestServer) => void;
  /** The promise that it breaks. */
  breaks: RegExp;
}

type Publish = (room: string, broadcast: RoomBroadcast) => void;

/** Changes what the listeners of rooms are told. */
function inPublishing({ app }: TestServer, change: (publish: Publish) => Publish): void {
  const { hub } = app.get<unknown, { hub: { publish: Publish } }>(ChatService);
  hub.publish = change(hub.publish.bind(hub));
}

/** Changes one method of the chat's service. */
function inChat<Name extends 'send' | 'state' | 'position'>(
  { app }: TestServer,
  name: Name,
  change: (method: ChatService[Name]) => ChatService[Name],
): void {
  const chat = app.get(ChatService);
  const method: unknown = chat[name].bind(chat);
  chat[name] = change(method as ChatService[Name]);
}

/** Every third event of a log. */
const isThird = ({ name, payload }: RoomBroadcast): boolean =>
  name === 'room:events' && payload.events.some(({ seq }) => seq % 3 === 0);

export const BUGS: Bug[] = [
  {
    name: 'tells no listener of every third event',
    plant: (server) =>
      inPublishing(server, (publish) => (room, broadcast) => isThird(broadcast) || publish(room, broadcast)),
    breaks: /^one order/,
  },
  {
    name: 'tells of every third event twice',
    plant: (server) =>
      inPublishing(server, (publish) => (room, broadcast) => {
        publish(room, broadcast);
        if (isThird(broadcast)) publish(room, broadcast);
      }),
    breaks: /^one order/,
  },
  {
    name: 'tells of every third event after the one that follows it',
    plant: (server) => {
      let held: (() => void) | undefined;
      inPublishing(server, (publish) => (room, broadcast) => {
        if (isThird(broadcast)) return void (held = () => publish(room, broadcast));
        publish(room, broadcast);
        held = void held?.();
      });
    },
    breaks: /^one order/,
  },
  {
    name: 'acknowledges a message that it does not keep',
    plant: (server) =>
      inChat(server, 'send', () => async (_sender, { room, id = crypto.randomUUID(), text }) => {
        const message = { id, seq: 1, room, userId: 'u_x', nickname: 'X', text, sentAt: new Date().toISOString() };
        return { message, duplicate: false };
      }),
    breaks: /^acknowledged means kept/,
  },
  {
    name: 'says of a message that was sent again that it is new',
    plant: (server) =>
      inChat(server, 'send', (send) => async (...said) => ({ ...(await send(...said)), duplicate: false })),
    breaks: /^once: a message that is sent again/,
  },
  {
    name: 'keeps a message again when it is sent again',
    plant: (server) =>
      inChat(
        server,
        'send',
        (send) =>
          (sender, { room, text }) =>
            send(sender, { room, text, id: crypto.randomUUID() }),
      ),
    breaks: /^once: a message that is sent again/,
  },
  {
    name: 'refuses an id that was used with another code',
    plant: (server) =>
      inChat(
        server,
        'send',
        (send) =>
          (...said) =>
            send(...said).catch((error: Refusal) => {
              throw error.code === 'id-conflict' ? new Refusal('nickname-taken', 'Taken.') : error;
            }),
      ),
    breaks: /^once: an id that was used/,
  },
  {
    name: 'leaves out the first event after a cursor',
    plant: (server) =>
      inChat(server, 'state', (state) => (room, since) => {
        const all = state(room, since);
        return all.recovered ? { ...all, events: all.events.slice(1) } : all;
      }),
    breaks: /^cursor: the same on every transport/,
  },
  {
    name: 'says that one more event is gone than is',
    plant: (server) =>
      inChat(server, 'state', (state) => (room, since) => {
        const all = state(room, since);
        return !all.recovered && all.missed ? { ...all, missed: all.missed + 1 } : all;
      }),
    breaks: /^recovery: from an older cursor/,
  },
  {
    name: 'tells an older seq with the heartbeat',
    plant: (server) =>
      inChat(server, 'position', (position) => (room) => {
        const { epoch, seq } = position(room);
        return { epoch, seq: Math.max(0, seq - 1) };
      }),
    breaks: /^no silent loss: the heartbeat/,
  },
  {
    name: 'never acknowledges typing',
    plant: ({ app }) => {
      const limits = app.get(Limits);
      const take = limits.take.bind(limits);
      limits.take = (action, ...rest) => (action === 'typing' ? new Promise(() => undefined) : take(action, ...rest));
    },
    breaks: /^sockets: every event is acknowledged/,
  },
  {
    name: 'answers a long poll at once',
    plant: ({ app }) => void (app.get(LongPolls).wait = async () => undefined),
    breaks: /^long polling: an answer waits/,
  },
  {
    name: 'tells nobody who comes',
    plant: (server) =>
      inPublishing(server, (publish) => (room, broadcast) => {
        if (broadcast.name !== 'presence:changed') publish(room, broadcast);
      }),
    breaks: /^presence: the others are told/,
  },
  {
    name: 'tells how many are online in words',
    plant: (server) =>
      inChat(server, 'state', (state) => (room, since) => ({ ...state(room, since), online: 'many' as never })),
    breaks: /^sockets: room:joined comes once/,
  },
];
