import assert from 'node:assert/strict';
import type { RoomState } from '../../openapi/generated/chat.ts';
import type { Promised } from '../promised.ts';
import type { Trial } from '../trial.ts';

const HISTORY = 200;

/** A room in which two things were said, the cursor between them, and the one after it. */
async function twoSaid(trial: Trial) {
  const { room, server } = trial;
  const { token } = await server.join(room);
  const { cursor } = await said(trial, token, 'before the cursor');
  await said(trial, token, 'after the cursor');
  const state = await server.events(room, cursor);
  return { room, server, token, cursor, events: state.events, end: state.cursor };
}

async function said({ room, server }: Trial, token: string, text: string) {
  await server.send(room, token, text);
  return server.events(room);
}

/** Each way to ask what came after a cursor. */
function ways(trial: Trial): [string, (since: string, room?: string) => Promise<RoomState>][] {
  return [
    ['polling', (since, room = trial.room) => trial.server.events(room, since)],
    ['a socket', async (since, room) => (await trial.socket({ since }, 'websocket', room)).joined()],
    ['a stream', async (since, room) => (await trial.stream({ since }, room)).all('room:joined')[0]!],
  ];
}

export const RECOVERY: Promised[] = [
  {
    name: 'cursor: the same on every transport, and every event after it comes back',
    async try(trial) {
      const { cursor, events } = await twoSaid(trial);
      assert.equal(events?.length, 1, 'events after the cursor');
      for (const [way, ask] of ways(trial)) {
        const state = await ask(cursor);
        assert.equal(state.recovered, true, `recovered, by ${way}`);
        assert.deepEqual(state.events, events, `the events after the cursor, by ${way}`);
        assert.equal(state.cursor, `${state.epoch}:${state.seq}`, `the cursor is epoch and seq, by ${way}`);
        assert.equal(state.messages, undefined, `a recovered state has no snapshot, by ${way}`);
      }
    },
  },
  {
    name: 'cursor: one that a stream gave is good for polling, and one of a socket for a stream',
    async try(trial) {
      const { room, server, token } = await twoSaid(trial);
      const stream = await trial.stream();
      const socket = await trial.socket();
      const given = (await socket.joined()).cursor;
      await server.send(room, token, 'over the bridge');
      assert.deepEqual((await server.events(room, stream.cursor)).recovered, true, 'a stream’s cursor, by polling');
      const other = await trial.stream({ since: given });
      assert.ok(other.texts.includes('over the bridge'), 'what came after a socket’s cursor, by a stream');
    },
  },
  {
    name: 'recovery: a socket that comes back with its token and cursor gets what it missed',
    async try(trial) {
      const { room, server, token } = await twoSaid(trial);
      const socket = await trial.socket();
      const { you, cursor } = await socket.joined();
      socket.close();
      await server.send(room, token, 'while it was away');
      const back = await trial.socket({ token: you.token, since: cursor }, 'polling');
      const state = await back.joined();
      assert.deepEqual([state.recovered, back.texts], [true, ['while it was away']], 'what it missed');
      assert.equal(state.you.userId, you.userId, 'it is the same person');
    },
  },
  {
    name: 'recovery: a cursor of another epoch, or of the future, gets a snapshot',
    async try(trial) {
      const { end } = await twoSaid(trial);
      const [epoch, seq] = end.split(':');
      for (const [way, ask] of ways(trial)) {
        for (const since of ['conformance:1', `${epoch}:${Number(seq) + 1000}`]) {
          const state = await ask(since);
          assert.equal(state.recovered, false, `recovered from ${since}, by ${way}`);
          assert.ok(state.messages && state.messages.length > 0, `a snapshot, by ${way}`);
          assert.equal(state.missed, undefined, `missed from ${since}, by ${way}`);
        }
      }
    },
  },
  {
    name: 'recovery: from an older cursor than the log reaches, missed tells how many events are gone',
    async try(trial) {
      const room = await trial.newRoom();
      const { server } = trial;
      const { cursor } = await server.events(room);
      const people = await Promise.all(Array.from({ length: 9 }, () => server.join(room)));
      const count = HISTORY + 5;
      const sends = Array.from({ length: count }, (_, at) =>
        server.send(room, people[at % people.length]!.token, `${at}`),
      );
      await Promise.all(sends);
      for (const [way, ask] of ways(trial)) {
        const state = await ask(cursor, room);
        assert.equal(state.seq, count, `the top seq, by ${way}`);
        if (state.recovered) assert.equal(state.events?.length, count, `every event, by ${way}`);
        else assert.equal(state.missed, count - state.messages!.length, `missed, by ${way}`);
        const reached = state.recovered ? count : state.messages!.length;
        const rest = await ask(`${state.epoch}:${count - reached}`, room);
        assert.deepEqual([rest.recovered, rest.events?.length], [true, reached], `what the log reaches, by ${way}`);
        if (!state.recovered && state.missed! > 1) {
          assert.equal((await ask(`${state.epoch}:1`, room)).missed, state.missed! - 1, `missed from 1, by ${way}`);
        }
      }
    },
  },
  {
    name: 'long polling: an answer waits for the next event, and comes with it',
    async try(trial) {
      const { room, server, token, end } = await twoSaid(trial);
      let answered = false;
      const waiting = server.events(room, end, 20).finally(() => (answered = true));
      await server.events(room);
      assert.equal(answered, false, 'answered before anything happened');
      const late = Date.now() + server.patience;
      await server.send(room, token, 'what it waited for');
      const { events } = await waiting;
      assert.ok(Date.now() < late, `the answer came later than ${server.patience} ms after the event`);
      assert.deepEqual(
        events?.map(({ message }) => message?.text),
        ['what it waited for'],
        'what it waited for',
      );
    },
  },
  {
    name: 'long polling: an answer that waited in vain has no events, and the same cursor',
    async try(trial) {
      const room = await trial.newRoom();
      const { cursor } = await trial.server.events(room);
      const state = await trial.server.events(room, cursor, 1);
      assert.deepEqual([state.recovered, state.events, state.cursor], [true, [], cursor], 'the state');
    },
  },
  {
    name: 'streams: id is the cursor, and Last-Event-ID goes on from it and wins over since',
    async try(trial) {
      const { room, server, token } = await twoSaid(trial);
      const stream = await trial.stream();
      assert.equal(stream.cursor, stream.all('room:joined')[0]!.cursor, 'the id of the first event');
      await server.send(room, token, 'seen');
      await stream.heard('seen');
      const { cursor } = stream;
      stream.close();
      const seen = await server.events(room);
      assert.equal(cursor, seen.cursor, 'the id after an event');
      await server.send(room, token, 'not seen');
      const other = await trial.stream({ lastEventId: cursor, since: 'conformance:1' });
      assert.deepEqual(
        [other.all('room:joined')[0]!.recovered, other.texts],
        [true, ['not seen']],
        'what came after it',
      );
    },
  },
];
