import assert from 'node:assert/strict';
import type { Promised } from '../promised.ts';

export const REST: Promised[] = [
  {
    name: 'people: a nickname is taken in whichever case, and the suggested one is free',
    async try({ room, server }) {
      const { user, token } = await server.join(room);
      const taken = await server.post('/api/chat/join', { room, nickname: ` ${user.nickname.toUpperCase()} ` });
      assert.deepEqual([taken.status, taken.body.code], [409, 'nickname-taken'], 'the same name in capitals');
      const free = await server.post('/api/chat/join', { room, nickname: taken.body.suggestion });
      assert.equal(free.status, 201, 'joining by the suggested name');
      await server.post('/api/chat/leave', { room }, { token: free.body.token });
      const again = await server.post('/api/chat/join', { room, nickname: user.nickname }, { token });
      assert.deepEqual([again.status, again.body.user], [201, user], 'taking one’s own name back');
    },
  },
  {
    name: 'people: leaving frees the nickname, and a token has it back',
    async try({ room, server }) {
      const { user, token } = await server.join(room);
      const left = await server.post('/api/chat/leave', { room }, { token });
      assert.equal(left.status, 204, 'leaving');
      const { body } = await server.get(`/api/chat/users?room=${room}`);
      assert.ok(!body.users.some(({ userId }: { userId: string }) => userId === user.userId), 'who left is listed');
      const next = await server.post('/api/chat/join', { room, nickname: user.nickname });
      assert.equal(next.status, 201, 'taking a name that is free');
      await server.post('/api/chat/leave', { room }, { token: next.body.token });
      const back = await server.post('/api/chat/join', { room, nickname: user.nickname }, { token });
      assert.deepEqual([back.status, back.body.user], [201, user], 'coming back with the token');
      await server.post('/api/chat/leave', { room }, { token });
    },
  },
  {
    name: 'people: one call with a nickname takes part, without a token',
    async try({ room, server }) {
      const nickname = server.newName();
      const { status, body } = await server.post('/api/chat/send', { room, nickname, text: 'one line' });
      assert.deepEqual([status, body.message.nickname, body.duplicate], [201, nickname, false], 'the answer');
    },
  },
  {
    name: 'refusals are told: each has its status and code, as application/problem+json',
    async try({ room, server }) {
      const { token, user } = await server.join(room);
      const id = crypto.randomUUID();
      const send = (body: unknown, headers = {}) => server.post('/api/chat/send', body, { token, headers });
      const cases: [string, number, string, () => ReturnType<typeof send>][] = [
        ['a blank text', 400, 'validation-failed', () => send({ room, text: ' ' })],
        ['a text of 4001', 400, 'validation-failed', () => send({ room, text: 'x'.repeat(4001) })],
        ['a member that there is not', 400, 'validation-failed', () => send({ room, text: 'x', other: 1 })],
        ['an id that is no UUID', 400, 'validation-failed', () => send({ room, text: 'x', id: 'a' })],
        ['JSON that is none', 400, 'validation-failed', () => send('{')],
        ['a room’s name with capitals', 400, 'validation-failed', () => send({ room: 'Lobby', text: 'x' })],
        [
          'a nickname of 33',
          400,
          'validation-failed',
          () => server.post('/api/chat/join', { room, nickname: 'x'.repeat(33) }),
        ],
        ['a wait of 31', 400, 'validation-failed', () => server.get(`/api/chat/events?room=${room}&wait=31`)],
        ['a limit of 201', 400, 'validation-failed', () => server.get(`/api/chat/messages?room=${room}&limit=201`)],
        ['a cursor that is none', 400, 'validation-failed', () => server.get(`/api/chat/events?room=${room}&since=1`)],
        ['no token', 401, 'unauthorized', () => server.post('/api/chat/heartbeat', { room })],
        ['a wrong token', 401, 'unauthorized', () => server.post('/api/chat/heartbeat', { room }, { token: 'a.b.c' })],
        ['another’s nickname', 403, 'forbidden', () => send({ room, text: 'x', id, nickname: server.newName() })],
        ['a room that there is not', 404, 'room-not-found', () => send({ room: 'conformance-nowhere', text: 'x' })],
        ['a path that there is not', 404, 'not-found', () => server.get('/api/chat/nowhere')],
        [
          'a taken nickname',
          409,
          'nickname-taken',
          () => server.post('/api/chat/join', { room, nickname: user.nickname }),
        ],
        [
          'a room that there is',
          409,
          'room-exists',
          () => server.post('/api/chat/rooms', { name: 'lobby' }, { token }),
        ],
        ['a body of 2 MB', 413, 'too-large', () => send({ room, text: 'x'.repeat(2_000_000) })],
        [
          'a body that is not JSON',
          415,
          'unsupported-media-type',
          () => send('text', { 'content-type': 'text/plain' }),
        ],
      ];
      const { seq } = await server.events(room);
      for (const [what, status, code, call] of cases) {
        const answer = await call();
        assert.deepEqual([answer.status, answer.body.code], [status, code], what);
        assert.equal(answer.type, 'application/problem+json', `the type of the answer to ${what}`);
        assert.equal(answer.body.status, status, `the status within the answer to ${what}`);
      }
      assert.equal((await server.events(room)).seq, seq, 'the top seq after refusals');
    },
  },
  {
    name: 'bounds: what is as long as it may be is taken',
    async try({ room, server }) {
      const { token } = await server.join(room);
      const { message } = await server.send(room, token, 'x'.repeat(4000));
      assert.equal(message.text.length, 4000, 'the length of the text');
      const nickname = server.newName().padEnd(32, 'x');
      const { status, body } = await server.post('/api/chat/join', { room, nickname });
      assert.equal(status, 201, 'joining by a name of 32');
      await server.post('/api/chat/leave', { room }, { token: body.token });
    },
  },
  {
    name: 'rooms: a new one is listed, and the lobby is where no room is named',
    async try(trial) {
      const { server } = trial;
      const name = await trial.newRoom();
      const { body } = await server.get('/api/chat/rooms');
      const names = body.rooms.map((room: { name: string }) => room.name);
      for (const room of ['lobby', name, trial.room]) assert.ok(names.includes(room), `${room} is listed`);
      assert.equal((await server.get('/api/chat/messages')).body.room, 'lobby', 'the room of a call without one');
      assert.equal((await server.get('/api/chat/events')).body.room, 'lobby', 'the room of a call without one');
    },
  },
  {
    name: 'presence, typing and read marks over REST are as on a socket',
    async try(trial) {
      const { room, server } = trial;
      const listener = await trial.socket();
      const { token, user } = await server.join(room);
      const isMine = ({ userId }: { userId: string }) => userId === user.userId;
      await listener.until(
        () => listener.all('presence:changed').some(({ joined }) => joined.some(isMine)),
        'who joined',
      );
      const { message } = await server.send(room, token, 'to be marked');
      const { patience } = server;
      assert.equal((await server.post('/api/chat/typing', { room, typing: true }, { token })).status, 204, 'typing');
      await listener.until(
        () => listener.all('typing:changed').some(({ users }) => users.some(isMine)),
        'who is typing',
        patience + 1000,
      );
      assert.equal((await server.post('/api/chat/read', { room, seq: message.seq }, { token })).status, 204, 'reading');
      await listener.until(
        () => listener.all('read:changed').some(({ reads }) => reads.some(isMine)),
        'a read mark',
        patience + 1000,
      );
      await server.post('/api/chat/leave', { room }, { token });
      await listener.until(() => listener.all('presence:changed').some(({ left }) => left.some(isMine)), 'who left');
    },
  },
  {
    name: 'documents: the contract, health and figures are where they are said to be',
    async try({ server }) {
      const { status, body } = await server.get('/health/live');
      assert.deepEqual([status, body], [200, { status: 'ok' }], '/health/live');
      assert.equal((await server.get('/health/ready')).status, 200, '/health/ready');
      assert.match((await server.get('/metrics')).body as string, /^# (HELP|TYPE) /m, '/metrics');
      const given = await fetch(`${server.url}/api/openapi.json`);
      const document = (await given.json()) as { openapi: string; paths: object };
      assert.match(document.openapi, /^3\.1/, '/api/openapi.json');
      assert.equal((await fetch(`${server.url}/api/openapi.yaml`)).status, 200, '/api/openapi.yaml');
    },
  },
];
