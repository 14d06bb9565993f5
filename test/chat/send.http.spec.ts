import { afterEach, describe, expect, it } from '@jest/globals';
import { uuid } from '../support/events.js';
import { get, post } from '../support/http.js';
import { join, nicknames, texts } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

describe('saying something over REST', () => {
  it('takes one call without a token', async () => {
    const { url } = await startServer();
    const { status, data } = await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' });
    expect(status).toBe(201);
    expect(data).toMatchObject({
      duplicate: false,
      message: { seq: 1, room: 'lobby', nickname: 'Ann', text: 'hello' },
    });
    expect((await get(url, '/api/chat/messages')).data.messages).toEqual([data.message]);
  });

  it('is done as the person of the token', async () => {
    const { url } = await startServer();
    const { token, user } = await join(url, 'Ann');
    const { status, data } = await post(url, '/api/chat/send', { text: 'hello' }, { token });
    expect(status).toBe(201);
    expect(data.message).toMatchObject(user);
  });

  it('keeps the text as it is, with the time of the server', async () => {
    const { url, clock } = await startServer();
    const text = '\t<b>\u{1F600}</b>\r\n\u2028 "\\ e\u0301 ';
    const { data } = await post(url, '/api/chat/send', { nickname: 'Ann', text });
    expect(data.message).toMatchObject({ text, sentAt: clock.date().toISOString() });
  });

  it('takes the longest text there may be, of characters of four bytes, escaped', async () => {
    const { url } = await startServer();
    const text = '\u{1F600}'.repeat(4_000);
    const body = JSON.stringify({ nickname: 'Ann', text }).replaceAll('\u{1F600}', '\\ud83d\\ude00');
    expect((await post(url, '/api/chat/send', body)).data.message.text).toBe(text);
  });

  it('is done by one guest, who is there, however often without a token', async () => {
    const { url } = await startServer();
    const one = await post(url, '/api/chat/send', { nickname: 'Ann', text: 'one' });
    const two = await post(url, '/api/chat/send', { nickname: ' ANN', text: 'two' });
    expect(two.data.message).toMatchObject({ userId: one.data.message.userId, nickname: 'Ann', seq: 2 });
    expect(await nicknames(url)).toEqual(['Ann']);
  });

  it('is refused under a nickname that somebody proved, and suggests another', async () => {
    const { url } = await startServer();
    await join(url, 'Ann');
    const { status, data } = await post(url, '/api/chat/send', { nickname: 'ann', text: 'I am Ann' });
    expect([status, data.code, data.suggestion]).toEqual([409, 'nickname-taken', 'ann 2']);
    expect(await texts(url)).toEqual([]);
  });

  it('leaves a guest the nickname while the guest is there', async () => {
    const { url, clock } = await startServer();
    await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' });
    expect((await post(url, '/api/chat/join', { nickname: 'Ann' })).status).toBe(409);
    clock.advance(30_000);
    await join(url, 'Ann');
  });

  it('needs a nickname or a token', async () => {
    const { url } = await startServer();
    const { status, data } = await post(url, '/api/chat/send', { text: 'hello' });
    expect([status, data.errors]).toEqual([400, [{ field: 'nickname', message: 'or a token is needed' }]]);
  });

  it('takes a token with its own nickname, and refuses it with another', async () => {
    const { url } = await startServer();
    const { token } = await join(url, 'Ann');
    expect((await post(url, '/api/chat/send', { nickname: 'ANN', text: 'one' }, { token })).status).toBe(201);
    const { status, data } = await post(url, '/api/chat/send', { nickname: 'Ben', text: 'two' }, { token });
    expect([status, data.code]).toEqual([403, 'forbidden']);
    expect(await texts(url)).toEqual(['one']);
  });

  it('tells that there is no such room', async () => {
    const { url } = await startServer();
    const { data } = await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello', room: 'attic' });
    expect(data.code).toBe('room-not-found');
    expect(await nicknames(url)).toEqual([]);
  });
});

describe('saying something again', () => {
  const saying = { id: uuid(1), nickname: 'Ann', text: 'hello' };

  it('is answered with the first message, and adds nothing', async () => {
    const { url, clock } = await startServer();
    const first = await post(url, '/api/chat/send', saying);
    clock.advance(20_000);
    const second = await post(url, '/api/chat/send', saying);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.data).toEqual({ message: first.data.message, duplicate: true });
    expect(await texts(url)).toEqual(['hello']);
  });

  it('is answered alike when the nickname has become another’s', async () => {
    const { url, clock } = await startServer();
    const { token } = await join(url, 'Ann');
    const first = await post(url, '/api/chat/send', { ...saying, nickname: undefined }, { token });
    clock.advance(30_000);
    await join(url, 'Ann');
    for (const again of [{ token }, {}]) {
      const { status, data } = await post(url, '/api/chat/send', saying, again);
      expect([status, data]).toEqual([200, { message: first.data.message, duplicate: true }]);
    }
  });

  it('is refused with another text', async () => {
    const { url } = await startServer();
    await post(url, '/api/chat/send', saying);
    const { status, data } = await post(url, '/api/chat/send', { ...saying, text: 'goodbye' });
    expect([status, data.code]).toEqual([409, 'id-conflict']);
    expect(await texts(url)).toEqual(['hello']);
  });

  it('adds one event, also twenty times at once', async () => {
    const { url } = await startServer();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, '/api/chat/send', saying)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data.message))).size).toBe(1);
    expect(await texts(url)).toEqual(['hello']);
  });

  it('is a new message without an id', async () => {
    const { url } = await startServer();
    const { id, ...unnamed } = saying;
    const answers = [await post(url, '/api/chat/send', unnamed), await post(url, '/api/chat/send', unnamed)];
    expect(answers.map(({ status, data }) => [status, data.message.seq])).toEqual([
      [201, 1],
      [201, 2],
    ]);
  });
});
