import assert from 'node:assert/strict';
import { isA } from '../contract.ts';
import type { Promised } from '../promised.ts';

const TRANSPORTS = ['websocket', 'polling'] as const;

export const SOCKETS: Promised[] = [
  {
    name: 'sockets: room:joined comes once and first, over either transport',
    async try(trial) {
      for (const transport of TRANSPORTS) {
        const socket = await trial.socket({}, transport);
        const { room, you, users } = await socket.joined();
        await socket.send('after joining');
        await socket.heard('after joining');
        assert.equal(room, trial.room, 'the room');
        assert.equal(you.nickname, socket.auth.nickname, 'the nickname');
        assert.ok(
          users.some(({ userId }) => userId === you.userId),
          'who joined is among the users',
        );
        assert.equal(socket.all('room:joined').length, 1, 'how often room:joined came');
      }
    },
  },
  {
    name: 'sockets: every event is acknowledged, with data of its own',
    async try(trial) {
      for (const transport of TRANSPORTS) {
        const socket = await trial.socket({}, transport);
        const { message } = await socket.send('acknowledged');
        for (const [name, payload] of [
          ['typing:set', { typing: false }],
          ['read:mark', { seq: message.seq }],
        ] as const) {
          const { ok, data } = await socket.ask(name, payload);
          assert.deepEqual([ok, data], [true, {}], `the acknowledgement of ${name}`);
        }
      }
    },
  },
  {
    name: 'refusals are told: a bad event is acknowledged with its problem, and changes nothing',
    async try(trial) {
      const socket = await trial.socket();
      const { seq } = await trial.server.events(trial.room);
      const bad: [string, unknown][] = [
        ['message:send', { id: crypto.randomUUID(), text: ' ' }],
        ['message:send', { id: crypto.randomUUID(), text: 'x'.repeat(4001) }],
        ['message:send', { id: 'no uuid', text: 'hello' }],
        ['message:send', { text: 'hello' }],
        ['message:send', null],
        ['typing:set', { typing: 'yes' }],
        ['read:mark', { seq: 0 }],
        ['read:mark', { seq: seq + 1_000_000 }],
      ];
      for (const [name, payload] of bad) {
        const { ok, problem } = await socket.ask(name, payload);
        const event = `${name} ${JSON.stringify(payload)}`.slice(0, 80);
        assert.deepEqual([ok, problem?.code, problem?.status], [false, 'validation-failed', 400], event);
        assert.ok(problem!.errors!.length > 0, `what is wrong with ${event}`);
      }
      assert.equal((await trial.server.events(trial.room)).seq, seq, 'the top seq after refusals');
    },
  },
  {
    name: 'refusals are told: a connection that is not let in gets its problem in connect_error',
    async try(trial) {
      const taken = await trial.socket();
      const cases: [string, object, string?][] = [
        ['validation-failed', { nickname: undefined }],
        ['validation-failed', { nickname: 'x'.repeat(33) }],
        ['validation-failed', { since: 'no cursor' }],
        ['unauthorized', { token: 'no.such.token' }],
        ['nickname-taken', { nickname: taken.auth.nickname }],
        ['room-not-found', {}, 'conformance-nowhere'],
      ];
      for (const [code, auth, room] of cases) {
        const problem = await trial.knock(auth, 'websocket', room).refused();
        assert.equal(problem.code, code, `the code for ${JSON.stringify(auth)}`);
      }
    },
  },
  {
    name: 'sockets: each room is a namespace of its own',
    async try(trial) {
      const other = await trial.newRoom();
      const here = await trial.socket();
      const there = await trial.socket({}, 'websocket', other);
      await there.send('only there');
      await here.send('only here');
      await here.heard('only here');
      await there.heard('only there');
      assert.deepEqual(there.texts, ['only there'], 'what was heard there');
      assert.ok(!here.texts.includes('only there'), 'what was said there was heard here');
    },
  },
  {
    name: 'presence: the others are told at once who comes and who goes',
    async try(trial) {
      const listeners = [await trial.socket(), await trial.stream()];
      const comer = await trial.socket();
      const { you } = await comer.joined();
      const told = (which: 'joined' | 'left') => (listener: (typeof listeners)[number]) =>
        listener.until(
          () =>
            listener
              .all('presence:changed')
              .some((change) => change[which].some(({ userId }) => userId === you.userId)),
          `${which} of somebody`,
        );
      await Promise.all(listeners.map(told('joined')));
      const users = async () => (await trial.server.get(`/api/chat/users?room=${trial.room}`)).body;
      const isThere = (list: { users: { userId: string }[] }) => list.users.some(({ userId }) => userId === you.userId);
      const list = await users();
      assert.ok(isThere(list), 'who came is listed');
      assert.equal(list.online, list.users.length, 'online is how many are listed');
      comer.close();
      await Promise.all(listeners.map(told('left')));
      assert.ok(!isThere(await users()), 'who left is listed');
    },
  },
  {
    name: 'typing: the others are told, and it ends with the message',
    async try(trial) {
      const other = await trial.socket();
      const typist = await trial.socket();
      const { you } = await typist.joined();
      const isTyping = () =>
        other
          .all('typing:changed')
          .at(-1)
          ?.users.some(({ userId }) => userId === you.userId) ?? false;
      await typist.ask('typing:set', { typing: true });
      await other.until(isTyping, 'who is typing', trial.server.patience + 1000);
      await typist.send('typed');
      await other.until(() => !isTyping(), 'the end of typing', trial.server.patience + 1000);
      const toSelf = typist.all('typing:changed').flatMap(({ users }) => users.map(({ userId }) => userId));
      assert.ok(!toSelf.includes(you.userId), 'who types is not told of it');
    },
  },
  {
    name: 'read marks: the others are told, and a mark moves only forward',
    async try(trial) {
      const other = await trial.socket();
      const reader = await trial.socket();
      const { you } = await reader.joined();
      const { message } = await reader.send('to be read');
      await reader.ask('read:mark', { seq: message.seq });
      const isTold = () =>
        other
          .all('read:changed')
          .some(({ reads }) => reads.some((read) => read.userId === you.userId && read.seq === message.seq));
      await other.until(isTold, 'a read mark', trial.server.patience + 1000);
      await reader.ask('read:mark', { seq: 1 });
      const { body } = await trial.server.get(`/api/chat/reads?room=${trial.room}`);
      isA('ReadList', body);
      const mark = body.reads.find(({ userId }: { userId: string }) => userId === you.userId);
      assert.equal(mark?.seq, message.seq, 'the mark after a smaller one');
    },
  },
];
