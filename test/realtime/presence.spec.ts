import { afterEach, describe, expect, it } from '@jest/globals';
import { ChatService } from '../../api/chat/chat.service.js';
import { Rooms } from '../../api/chat/rooms.js';
import { readConfig } from '../../api/config.js';
import { EventStreams } from '../../api/realtime/event-streams.js';
import { LongPolls } from '../../api/realtime/long-polls.js';
import { RoomHub } from '../../api/realtime/room-hub.js';
import { MemoryLogStore } from '../../api/store/memory-log-store.js';
import { FakeClock } from '../support/fake-clock.js';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually, noticed, turns } from '../support/socket-server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

/** Zoe sees who comes and goes. */
async function watched() {
  const server = await startServer();
  const zoe = connect(server.url, 'lobby', { nickname: 'Zoe' });
  await zoe.joined();
  return { ...server, server, zoe };
}

const names = (users: { nickname: string }[]) => users.map(({ nickname }) => nickname);

/** All that Zoe was told of comings and goings until now. */
async function seenBy(zoe: TestSocket): Promise<string[]> {
  const marker = `marker ${zoe.texts.length}`;
  await zoe.say(marker);
  await zoe.heard(marker);
  return zoe.all('presence:changed').flatMap(({ online, joined, left }) => {
    return [...names(joined).map((name) => `+${name} ${online}`), ...names(left).map((name) => `-${name} ${online}`)];
  });
}

describe('who is online', () => {
  it('is a person once, with two tabs and a poller', async () => {
    const { url, zoe, server } = await watched();
    const tab = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await tab.joined();
    const other = connect(url, 'lobby', { token: you.token });
    expect(names((await other.joined()).users).sort()).toEqual(['Ann', 'Zoe']);
    await get(url, '/api/chat/events', { token: you.token });
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    const gone = noticed(server, tab);
    tab.leave();
    await gone;
    await post(url, '/api/chat/leave', {}, { token: you.token });
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    other.leave();
    await zoe.nth('presence:changed', 2);
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '-Ann 1']);
  });

  it('is told to others, and to oneself by joining alone', async () => {
    const { url, zoe } = await watched();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    const bob = connect(url, 'lobby', { nickname: 'Bob' });
    await bob.joined();
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '+Bob 3']);
    expect(await seenBy(ann)).toEqual(['+Bob 3']);
    expect(await seenBy(bob)).toEqual([]);
    expect(bob.received[0]!.name).toBe('room:joined');
  });

  it('leaves at once who disconnects on purpose, and the nickname is free', async () => {
    const { url, zoe } = await watched();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    ann.leave();
    const { left } = await zoe.nth('presence:changed', 2);
    expect(names(left)).toEqual(['Ann']);
    await connect(url, 'lobby', { nickname: 'ann' }).joined();
  });

  it('does not leave who loses the connection and is back within 5 seconds', async () => {
    const { url, zoe, server, clock } = await watched();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    const lost = noticed(server, ann);
    ann.drop();
    await lost;
    clock.advance(4_900);
    const back = connect(url, 'lobby', { token: you.token });
    await back.joined();
    clock.advance(60_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    expect(names((await get(url, '/api/chat/users')).data.users).sort()).toEqual(['Ann', 'Zoe']);
  });

  it('leaves who is not back after 5 seconds, keeps the name for 30, and takes the owner back at any time', async () => {
    const { url, zoe, server, clock } = await watched();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    const lost = noticed(server, ann);
    ann.drop();
    await lost;
    clock.advance(6_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '-Ann 1']);
    expect(await connect(url, 'lobby', { nickname: 'Ann' }).refused()).toMatchObject({ code: 'nickname-taken' });
    const back = connect(url, 'lobby', { token: you.token });
    expect((await back.joined()).you).toEqual(you);
    const lostAgain = noticed(server, back);
    back.drop();
    await lostAgain;
    clock.advance(31_000);
    expect((await connect(url, 'lobby', { nickname: 'Ann' }).joined()).you.userId).not.toBe(you.userId);
    expect(await connect(url, 'lobby', { token: you.token }).refused()).toMatchObject({ code: 'nickname-taken' });
  });

  it('is stale after 30 seconds without a call, and comes back with the token', async () => {
    const { url, zoe, clock } = await watched();
    const { token } = (await post(url, '/api/chat/join', { nickname: 'Ann' })).data;
    clock.advance(29_000);
    await post(url, '/api/chat/heartbeat', {}, { token });
    clock.advance(29_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    clock.advance(2_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '-Ann 1']);
    expect((await connect(url, 'lobby', { token }).joined()).you.nickname).toBe('Ann');
  });

  it('keeps who listens by server-sent events with a token, until 5 seconds after', async () => {
    const { url, zoe, clock, app } = await watched();
    const { token } = (await post(url, '/api/chat/join', { nickname: 'Ann' })).data;
    const stream = await listen(url, { token });
    expect(names((await stream.nth('room:joined')).users).sort()).toEqual(['Ann', 'Zoe']);
    clock.advance(120_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    stream.close();
    await eventually(() => app.get(EventStreams).size === 0);
    clock.advance(4_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    clock.advance(2_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '-Ann 1']);
  });

  it('counts nobody who listens without a token', async () => {
    const { url, zoe } = await watched();
    const stream = await listen(url);
    expect((await stream.nth('room:joined')).online).toBe(1);
    expect(await seenBy(zoe)).toEqual([]);
  });

  it('keeps who waits in a long poll, until 5 seconds after', async () => {
    const { url, zoe, clock, app } = await watched();
    const { token } = (await post(url, '/api/chat/join', { nickname: 'Ann' })).data;
    const { cursor } = (await get(url, '/api/chat/events', { token })).data;
    clock.advance(29_000);
    const hangUp = new AbortController();
    const poll = get(url, `/api/chat/events?since=${cursor}&wait=30`, { token, signal: hangUp.signal }).catch(
      () => 'hung up',
    );
    const polls = app.get(LongPolls);
    await eventually(() => polls.size === 1);
    clock.advance(29_999);
    expect(zoe.all('presence:changed').length).toBe(1);
    expect(polls.size).toBe(1);
    hangUp.abort();
    await poll;
    await eventually(() => polls.size === 0);
    await turns();
    clock.advance(4_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2']);
    clock.advance(2_000);
    expect(await seenBy(zoe)).toEqual(['+Ann 2', '-Ann 1']);
  });
});

describe('the heartbeat', () => {
  it('tells every 10 seconds how far the log has come, on every live door', async () => {
    const { url, zoe, clock } = await watched();
    const stream = await listen(url);
    const { epoch } = await stream.nth('room:joined');
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'hello' });
    clock.advance(10_000);
    const pulse = { epoch, seq: 1, online: 2 };
    expect(await zoe.nth('room:pulse')).toEqual(pulse);
    expect(await stream.nth('room:pulse')).toEqual(pulse);
    clock.advance(30_000);
    await zoe.nth('room:pulse', 4);
    await seenBy(zoe);
    expect(zoe.all('room:pulse').length).toBe(4);
  });

  it('lets others have their turn between one room and the next', async () => {
    const clock = new FakeClock();
    const config = readConfig({});
    const hub = new RoomHub(clock, 0, (error) => {
      throw error;
    });
    const store = new MemoryLogStore(clock, { rememberedIds: 1, marks: 1 });
    const chat = new ChatService(clock, store, new Rooms(clock, store, hub, config), hub, config);
    await chat.onModuleInit();
    const told = new Set<string>();
    for (let n = 1; n < 100; n++) {
      const room = `room-${n}`;
      await chat.createRoom(room);
      const tell = () => {
        told.add(room);
        clock.advance(1);
      };
      hub.subscribe(room, { polls: false, tell, cut: () => undefined });
    }
    clock.advance(10_000);
    let passed = 0;
    for (; told.size < 99; passed++) await turns(1);
    expect(passed).toBeGreaterThan(5);
    await chat.onModuleDestroy();
  });

  it('of the transport notices a dead connection in less than 30 seconds', async () => {
    const { url } = await startServer();
    const handshake = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text();
    const { pingInterval, pingTimeout } = JSON.parse(handshake.slice(1));
    expect(pingInterval + pingTimeout).toBeLessThan(30_000);
  });
});
