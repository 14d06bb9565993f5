import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Message, ReadList, RoomState, User, UserList } from '../../openapi/generated/chat.js';
import { Balancer, NGINX, stopBalancers } from '../support/balancer.js';
import { get, post } from '../support/http.js';
import { cursorOf, join } from '../support/people.js';
import { pollUntil } from '../support/poller.js';
import { describeWith } from '../support/programs.js';
import { startNodes } from '../support/nodes.js';
import { describeOnRedis, redisUrl, stopRedis } from '../support/redis-server.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { eventually } from '../support/socket-server.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopSockets);
afterEach(stopStreams);
afterAll(stopBalancers);
afterAll(stopProcesses);
afterAll(stopRedis);

let nodes: ServerProcess[];
let urls: string[];
let [a, b, c] = ['', '', ''];

let people = 0;
/** A name that no other test has. */
const name = (word: string) => `${word} ${++people}`;

/** A room that no other test uses. */
async function newRoom(): Promise<string> {
  const room = `room-${++people}`;
  expect((await post(a, '/api/chat/rooms', { name: room }, { token: await token() })).status).toBe(201);
  return room;
}

const token = async (url = a) => (await join(url, name('Owner'))).token;

const usersOf = async (url: string, room: string) => {
  const { data } = (await get(url, `/api/chat/users?room=${room}`)) as { data: UserList };
  return data.users.map(({ nickname }: User) => nickname).sort();
};

describeOnRedis('a room on three nodes', () => {
  beforeAll(async () => {
    nodes = await startNodes(await redisUrl(), { CHAT_LIMIT_ROOMS: 'person=2/60s+2/60s' });
    urls = nodes.map(({ url }) => url);
    [a, b, c] = urls as [string, string, string];
  });

  it('has one order, whichever node and whichever way a message came in, and whichever way it goes out', async () => {
    const room = await newRoom();
    const sockets = urls.flatMap((url) =>
      Object.values(TRANSPORTS).map((transports) => connect(url, room, { nickname: name('Reader') }, { transports })),
    );
    const cursors = (await Promise.all(sockets.map((socket) => socket.joined()))).map(({ cursor }) => cursor);
    const streams = await Promise.all(urls.map((url) => listen(url, { room })));
    await Promise.all(streams.map((stream) => stream.nth('room:joined')));
    const polls = urls.map((url) => pollRoom(url, room, cursors[0]!, 91));

    await Promise.all(
      Array.from({ length: 90 }, async (_, number) => {
        const text = `message ${number}`;
        if (number % 2 === 0) await sockets[number % sockets.length]!.say(text);
        else await post(urls[number % 3]!, '/api/chat/send', { nickname: name('Crier'), text, room });
      }),
    );
    await post(a, '/api/chat/send', { nickname: name('Crier'), text: 'the end', room });
    for (const listener of [...sockets, ...streams]) await listener.heard('the end');

    const views = [...sockets, ...streams].map(({ events }) => events);
    for (const view of [...views, ...(await Promise.all(polls))]) {
      expect(view.map(({ seq }) => seq)).toEqual(Array.from({ length: 91 }, (_, at) => at + 1));
      expect(view.map(({ message }) => message)).toEqual(views[0]!.map(({ message }) => message));
    }
  });

  it('keeps a message once that is sent to all of them at the same moment', async () => {
    const room = await newRoom();
    const reader = connect(c, room, { nickname: name('Reader') });
    await reader.joined();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const me = await token();
    for (const id of ids) {
      const body = { id, room, text: `once ${id}` };
      const answers = await Promise.all(urls.map((url) => post(url, '/api/chat/send', body, { token: me })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(new Set(answers.map(({ data }) => (data.message as Message).seq)).size).toBe(1);
    }
    const other = { id: ids[0]!, room, text: 'another text' };
    expect((await post(b, '/api/chat/send', other, { token: me })).data).toMatchObject({ code: 'id-conflict' });
    await reader.heard(`once ${ids.at(-1)}`);
    expect(reader.events.map(({ message }) => message!.id)).toEqual(ids);
  });

  it('gives a nickname to one person, however many ask for it on however many nodes', async () => {
    for (let round = 0; round < 5; round++) {
      const nickname = name('Ann');
      const answers = await Promise.all(
        [...urls, ...urls].map((url, number) =>
          post(url, '/api/chat/join', { nickname: number % 2 ? nickname : nickname.toUpperCase() }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status !== 201).map(({ data }) => data);
      for (const data of refused) expect(data).toMatchObject({ code: 'nickname-taken' });
      // The one that is suggested is free everywhere.
      await join(b, refused[0].suggestion);
    }
  });

  it('has one list of people', async () => {
    const room = await newRoom();
    const watcher = connect(c, room, { nickname: 'Watcher' });
    await watcher.joined();
    const ann = connect(a, room, { nickname: 'List Ann' });
    const { you } = await ann.joined();
    await connect(b, room, { nickname: 'List Ben' }).joined();
    await Promise.all(
      urls.map((url) => eventually(async () => (await usersOf(url, room)).join() === 'List Ann,List Ben,Watcher')),
    );
    await watcher.until(() => watcher.all('presence:changed').at(-1)?.online === 3);

    // On two nodes she is one.
    const elsewhere = connect(b, room, { token: you.token });
    expect((await elsewhere.joined()).online).toBe(3);
    // What is kept here comes after that she is here, on the one connection to Redis.
    await elsewhere.say('Here I am.');
    ann.leave();
    await elsewhere.say('And here I stay.');
    expect(await usersOf(a, room)).toEqual(['List Ann', 'List Ben', 'Watcher']);
    elsewhere.leave();
    await watcher.until(() => watcher.all('presence:changed').at(-1)?.online === 2);
    const joinedAndLeft = watcher
      .all('presence:changed')
      .flatMap(({ joined, left }) => [
        ...joined.map(({ nickname }) => `+${nickname}`),
        ...left.map(({ nickname }) => `-${nickname}`),
      ]);
    expect(joinedAndLeft.sort()).toEqual(['+List Ann', '+List Ben', '-List Ann']);
  });

  it('frees a nickname on all nodes when its owner leaves on one', async () => {
    const nickname = name('Leaver');
    const { token: mine } = await join(a, nickname);
    expect((await post(b, '/api/chat/join', { nickname })).status).toBe(409);
    expect((await post(c, '/api/chat/leave', undefined, { token: mine })).status).toBe(204);
    expect((await post(b, '/api/chat/join', { nickname })).status).toBe(201);
  });

  it('counts limits across nodes', async () => {
    const me = await token();
    const codes: number[] = [];
    for (const url of [a, b, c]) {
      codes.push((await post(url, '/api/chat/rooms', { name: `limited-${++people}` }, { token: me })).status);
    }
    // Two of the rate and two of the burst, then none anywhere.
    for (const url of [a, b, c]) {
      codes.push((await post(url, '/api/chat/rooms', { name: `limited-${++people}` }, { token: me })).status);
    }
    expect(codes).toEqual([201, 201, 201, 201, 429, 429]);
  });

  it('knows a room everywhere as soon as it was made anywhere', async () => {
    for (const url of urls) {
      const room = `made-${++people}`;
      await post(url, '/api/chat/rooms', { name: room, title: 'Tea' }, { token: await token(url) });
      for (const other of urls) {
        const { data } = (await get(other, `/api/chat/messages?room=${room}`)) as { data: RoomState };
        expect(data).toMatchObject({ room, seq: 0 });
      }
      const owner = await token(b);
      expect((await post(b, '/api/chat/rooms', { name: room }, { token: owner })).data).toMatchObject({
        code: 'room-exists',
      });
      await connect(c, room, { nickname: name('Guest') }).joined();
    }
  });

  it('goes on at another node where the first was left', async () => {
    const room = await newRoom();
    const first = connect(a, room, { nickname: name('Wanderer') });
    const { you, epoch } = await first.joined();
    await first.say('one');
    await first.heard('one');
    first.drop();
    await post(c, '/api/chat/send', { nickname: name('Crier'), text: 'two', room });
    const second = connect(b, room, { token: you.token, since: `${epoch}:1` });
    const joined = await second.joined();
    expect(joined).toMatchObject({ recovered: true, epoch, you });
    expect(joined.events!.map(({ message }) => message!.text)).toEqual(['two']);
    const stream = await listen(c, { room, lastEventId: `${epoch}:1` });
    expect((await stream.nth('room:joined')).events!.map(({ message }) => message!.text)).toEqual(['two']);
  });

  it('tells who is typing and how far the others have read, whichever node they are on', async () => {
    const room = await newRoom();
    const watcher = connect(c, room, { nickname: name('Watcher') });
    await watcher.joined();
    const nickname = name('Typist');
    const typist = connect(a, room, { nickname });
    await typist.joined();
    await typist.ask('typing:set', { typing: true });
    await watcher.until(() => watcher.all('typing:changed').at(-1)?.users[0]?.nickname === nickname);
    await typist.say('done');
    await watcher.until(() => watcher.all('typing:changed').at(-1)?.users.length === 0);
    await typist.ask('read:mark', { seq: 1 });
    await watcher.until(() => watcher.all('read:changed').at(-1)?.reads[0]?.nickname === nickname);
    for (const url of urls) {
      const { data } = (await get(url, `/api/chat/reads?room=${room}`)) as { data: ReadList };
      expect(data.reads).toMatchObject([{ nickname, seq: 1 }]);
    }
  });

  describeWith(NGINX)('behind a balancer that sends each request to another of them', () => {
    let url: string;
    beforeAll(async () => {
      const balancer = await Balancer.start('nginx', urls);
      url = balancer.url;
    });

    it('is one room to those who ask again and again', async () => {
      const nickname = name('Curl');
      const { token: me } = await join(url, nickname);
      const since = await cursorOf(url);
      const waiting = [0, 30].map((wait) => pollUntil(url, 'asked 20', { since, wait, token: me }));
      for (let number = 1; number <= 20; number++) {
        const text = `asked ${number}`;
        const id = randomUUID();
        const first = await post(url, '/api/chat/send', { id, text }, { token: me });
        const again = await post(url, '/api/chat/send', { id, text }, { token: me });
        expect([first.status, again.status]).toEqual([201, 200]);
        await eventually(async () => (await get(url, '/api/chat/messages?limit=1')).data.messages[0].text === text);
        await eventually(async () => (await usersOf(url, 'lobby')).includes(nickname));
      }
      const texts = (await Promise.all(waiting)).map((events) => events.map(({ message }) => message!.text));
      for (const heard of texts) expect(heard).toEqual(Array.from({ length: 20 }, (_, at) => `asked ${at + 1}`));
    });

    it('brings a stream back at another node, with what it missed', async () => {
      const first = await listen(url);
      await first.nth('room:joined');
      await post(url, '/api/chat/send', { nickname: name('Crier'), text: 'heard' });
      await first.heard('heard');
      first.close();
      await post(url, '/api/chat/send', { nickname: name('Crier'), text: 'missed' });
      for (let round = 0; round < 3; round++) {
        const again = await listen(url, { lastEventId: first.lastEventId });
        // A node may hear of it a moment later than the one that took it.
        await again.heard('missed');
        expect((await again.nth('room:joined')).recovered).toBe(true);
        expect(again.texts).toEqual(['missed']);
      }
    });

    it.each(Object.entries(TRANSPORTS))('is one room to stock clients (%s)', async (_, transports) => {
      const clients = Array.from({ length: 6 }, () =>
        connect(url, 'lobby', { nickname: name('Client') }, { transports }),
      );
      await Promise.all(clients.map((client) => client.joined()));
      const text = name('hello');
      await clients[0]!.say(text);
      for (const client of clients) await client.heard(text);
    });
  });
});

async function pollRoom(url: string, room: string, since: string, count: number) {
  const events: NonNullable<RoomState['events']> = [];
  for (let cursor = since; events.length < count;) {
    const { data } = (await get(url, `/api/chat/events?room=${room}&since=${cursor}&wait=30`)) as { data: RoomState };
    expect(data.recovered).toBe(true);
    events.push(...data.events!);
    cursor = data.cursor;
  }
  return events;
}
