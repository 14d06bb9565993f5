import assert from 'node:assert/strict';
import type { Event } from '../../openapi/generated/chat.ts';
import type { Promised } from '../promised.ts';

const follows = (events: Event[], start: number): boolean => events.every(({ seq }, at) => seq === start + at + 1);
const tell = (events: Event[]): string => events.map(({ seq }) => seq).join(' ');

export const LOG: Promised[] = [
  {
    name: 'one order: every transport tells the same events, by seq, without a hole',
    async try(trial) {
      const { room, server } = trial;
      const { token } = await server.join(room);
      const web = await trial.socket();
      const polling = await trial.socket({}, 'polling');
      const stream = await trial.stream();
      const { cursor, seq } = await server.events(room);
      const sends = [1, 2, 3].flatMap((n) => [
        web.send(`web ${n}`),
        polling.send(`polling ${n}`),
        server.send(room, token, `rest ${n}`),
      ]);
      await Promise.all(sends);
      await server.send(room, token, 'the end');
      for (const listener of [web, polling, stream]) {
        await listener.heard('the end');
        const events = listener.events.filter((event) => event.seq > seq);
        assert.ok(follows(events, seq), `${listener.what} was told after ${seq}: ${tell(events)}`);
        assert.deepEqual(events, (await server.events(room, cursor)).events, `${listener.what} and polling differ`);
      }
      assert.equal(web.events.filter((event) => event.seq > seq).length, sends.length + 1, 'events for the messages');
    },
  },
  {
    name: 'acknowledged means kept: what was acknowledged is in the log as acknowledged',
    async try(trial) {
      const { room, server } = trial;
      const { token, user } = await server.join(room);
      const socket = await trial.socket();
      const answers = [await server.send(room, token, 'kept over REST'), await socket.send('kept over a socket')];
      const { messages } = await server.page(room);
      for (const { message, duplicate } of answers) {
        assert.equal(duplicate, false, 'a new message is no duplicate');
        assert.deepEqual(
          messages.find(({ id }) => id === message.id),
          message,
          `message ${message.seq} in the history`,
        );
      }
      assert.equal(answers[0]!.message.userId, user.userId, 'the message is its sender’s');
    },
  },
  {
    name: 'once: a message that is sent again is kept once, over whichever transport',
    async try(trial) {
      const { room, server } = trial;
      const { token } = await server.join(room);
      const socket = await trial.socket();
      const ways = [
        (text: string, id: string) => server.send(room, token, text, id),
        (text: string, id: string) => socket.send(text, id),
      ];
      for (const [at, first] of ways.entries()) {
        const id = crypto.randomUUID();
        const { message } = await first('once', id);
        const { seq } = await server.events(room);
        for (const again of [first, ways[1 - at]!]) {
          const answer = await again('once', id);
          assert.equal(answer.duplicate, true, 'duplicate, when it is sent again');
          assert.deepEqual(answer.message, message, 'the first message, when it is sent again');
        }
        assert.equal((await server.events(room)).seq, seq, 'the top seq after sending again');
      }
      const body = { room, text: 'again', id: crypto.randomUUID() };
      assert.equal((await server.post('/api/chat/send', body, { token })).status, 201, 'the status of a new message');
      assert.equal((await server.post('/api/chat/send', body, { token })).status, 200, 'the status when sent again');
    },
  },
  {
    name: 'once: an id that was used for another text is refused with id-conflict',
    async try(trial) {
      const { room, server } = trial;
      const { token } = await server.join(room);
      const socket = await trial.socket();
      const id = crypto.randomUUID();
      await socket.send('one text', id);
      const { status, body } = await server.post('/api/chat/send', { room, id, text: 'another' }, { token });
      assert.deepEqual([status, body.code], [409, 'id-conflict'], 'over REST');
      const { problem } = await socket.ask('message:send', { id, text: 'another' });
      assert.equal(problem?.code, 'id-conflict', 'over a socket');
    },
  },
  {
    name: 'no silent loss: the heartbeat tells the top seq',
    async try(trial) {
      const { room, server } = trial;
      const { token, user } = await server.join(room);
      const { message } = await server.send(room, token, 'the newest');
      const { body } = await server.post('/api/chat/heartbeat', { room }, { token });
      const { epoch, seq } = await server.events(room);
      assert.deepEqual([body.epoch, body.seq], [epoch, seq], 'epoch and seq of the heartbeat');
      assert.ok(seq >= message.seq, 'the top seq is at least that of the message');
      assert.ok(
        body.users.some(({ userId }: { userId: string }) => userId === user.userId),
        'the caller is online',
      );
    },
  },
  {
    name: 'no silent loss: the room’s pulse tells the top seq to sockets and streams',
    slow: true,
    async try(trial) {
      const room = await trial.newRoom();
      const { token, heartbeatSeconds } = await trial.server.join(room);
      const { message } = await trial.server.send(room, token, 'one');
      for (const listener of await Promise.all([trial.socket({}, 'websocket', room), trial.stream({}, room)])) {
        await listener.until(() => listener.all('room:pulse').length > 0, 'the pulse', heartbeatSeconds * 1500);
        assert.equal(listener.all('room:pulse')[0]!.seq, message.seq, 'the seq of the pulse');
      }
    },
  },
  {
    name: 'history: pages run oldest first, as many as asked for, from before a seq on back',
    async try(trial) {
      const room = await trial.newRoom();
      const { server } = trial;
      const { token } = await server.join(room);
      for (const text of ['one', 'two', 'three', 'four']) await server.send(room, token, text);
      const texts = async (query: Record<string, string>) =>
        (await server.page(room, query)).messages.map(({ text }) => text);
      assert.deepEqual(await texts({}), ['one', 'two', 'three', 'four'], 'the newest page');
      assert.deepEqual(await texts({ limit: '2' }), ['three', 'four'], 'the newest two');
      assert.deepEqual(await texts({ limit: '2', before: '3' }), ['one', 'two'], 'two before 3');
    },
  },
];
