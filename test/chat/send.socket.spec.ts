import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

async function annAndBob(environment?: Record<string, string>) {
  const server = await startServer(environment);
  const ann = connect(server.url, 'lobby', { nickname: 'Ann' });
  const { you } = await ann.joined();
  const bob = connect(server.url, 'lobby', { nickname: 'Bob' });
  await bob.joined();
  return { ...server, ann, bob, you };
}

/** Bob was told of nothing but this one message, which came last. */
async function undisturbed(ann: TestSocket, bob: TestSocket): Promise<void> {
  await ann.say('marker');
  await bob.heard('marker');
  expect(bob.received.map(({ name }) => name)).toEqual(['room:joined', 'room:events']);
  expect(bob.texts).toEqual(['marker']);
}

describe('saying something over Socket.IO', () => {
  it('is acknowledged with the message that everyone sees', async () => {
    const { ann, bob, you } = await annAndBob();
    const id = randomUUID();
    const { message, duplicate } = await ann.say('hello\n\t\u{1F600} <b>', id);
    expect(duplicate).toBe(false);
    expect(message).toMatchObject({
      id,
      seq: 1,
      room: 'lobby',
      userId: you.userId,
      nickname: 'Ann',
      text: 'hello\n\t\u{1F600} <b>',
    });
    for (const client of [ann, bob]) {
      await client.heard(message.text);
      expect(client.events).toEqual([{ seq: 1, type: 'message.created', at: message.sentAt, message }]);
    }
  });

  it('adds nothing when it is sent again', async () => {
    const { ann, bob } = await annAndBob();
    const id = randomUUID();
    const first = await ann.say('once', id);
    const again = await Promise.all([1, 2, 3].map(() => ann.say('once', id)));
    for (const answer of again) expect(answer).toEqual({ ...first, duplicate: true });
    await ann.say('marker');
    await bob.heard('marker');
    expect(bob.texts).toEqual(['once', 'marker']);
  });

  it('keeps one of two that are sent at once with one id', async () => {
    const { ann, url } = await annAndBob();
    const id = randomUUID();
    const answers = await Promise.all([ann.say('once', id), ann.say('once', id)]);
    expect(answers.map(({ duplicate }) => duplicate).sort()).toEqual([false, true]);
    expect((await get(url, '/api/chat/messages')).data.seq).toBe(1);
  });

  it('refuses an id that was used for another text', async () => {
    const { ann, bob } = await annAndBob();
    const id = randomUUID();
    await ann.say('one', id);
    expect(await ann.refusal('message:send', { id, text: 'other' })).toMatchObject({
      code: 'id-conflict',
      status: 409,
    });
    await ann.say('marker');
    await bob.heard('marker');
    expect(bob.texts).toEqual(['one', 'marker']);
  });

  it('is known again over REST, and what REST kept over the socket', async () => {
    const { ann, you, url } = await annAndBob();
    const [here, there] = [randomUUID(), randomUUID()];
    const first = await ann.say('by socket', here);
    const again = await post(url, '/api/chat/send', { id: here, text: 'by socket' }, { token: you.token });
    expect([again.status, again.data]).toEqual([200, { ...first, duplicate: true }]);
    const kept = await post(url, '/api/chat/send', { id: there, text: 'by REST' }, { token: you.token });
    expect(await ann.say('by REST', there)).toEqual({ ...kept.data, duplicate: true });
    expect((await get(url, '/api/chat/messages')).data.seq).toBe(2);
  });

  it('needs no acknowledgement', async () => {
    const { ann, bob } = await annAndBob();
    ann.socket.emit('message:send', { id: randomUUID(), text: 'no answer wanted' });
    await bob.heard('no answer wanted');
  });
});

const deep = (depth: number): unknown => (depth === 0 ? 1 : { text: deep(depth - 1) });
const id = randomUUID();

describe('what is refused over Socket.IO', () => {
  const payloads: [string, unknown[], string[]][] = [
    ['nothing', [], ['id', 'text']],
    ['undefined', [undefined], ['id', 'text']],
    ['null', [null], ['id', 'text']],
    ['a list', [[{ id, text: 'x' }]], ['body']],
    ['a string', ['hello'], ['body']],
    ['a number', [42], ['body']],
    ['a boolean', [true], ['body']],
    ['bytes', [Buffer.from('hello')], ['body']],
    ['a deep object', [deep(500)], ['text']],
    ['a text of bytes', [{ id, text: Buffer.from('hello') }], ['text']],
    ['a text that is null', [{ id, text: null }], ['text']],
    ['a text that is a list', [{ id, text: ['x'] }], ['text']],
    ['a text that is a number', [{ id, text: 1 }], ['text']],
    ['no text', [{ id }], ['text']],
    ['an empty text', [{ id, text: '' }], ['text']],
    ['a blank text', [{ id, text: ' \n\t\u3000' }], ['text']],
    ['a text that is too long', [{ id, text: 'x'.repeat(4001) }], ['text']],
    ['control characters', [{ id, text: 'a\u0007b' }], ['text']],
    ['C1 control characters', [{ id, text: 'a\u0085b' }], ['text']],
    ['a lone surrogate', [{ id, text: 'a\ud800' }], ['text']],
    ['no id', [{ text: 'x' }], ['id']],
    ['an id in capitals', [{ id: id.toUpperCase(), text: 'x' }], ['id']],
    ['an id that is none', [{ id: '1', text: 'x' }], ['id']],
    ['a room', [{ id, text: 'x', room: 'lobby' }], ['room']],
    ['another’s nickname', [{ id, text: 'x', nickname: 'Bob' }], ['nickname']],
    [
      'a member out of the prototype',
      [JSON.parse(`{"id":"${id}","text":"x","__proto__":{"text":"y"}}`)],
      ['__proto__'],
    ],
    ['a constructor', [{ id, text: 'x', constructor: 'y' }], ['constructor']],
  ];

  it.each(payloads)('is a message that is %s, and says which field', async (_what, args, fields) => {
    const { ann, bob } = await annAndBob();
    const problem = await ann.refusal('message:send', ...args);
    expect(problem).toMatchObject({ code: 'validation-failed', status: 400 });
    expect(problem.errors!.map(({ field }) => field).sort()).toEqual(fields);
    await undisturbed(ann, bob);
  });

  it('is no 4000 characters of the longest kind', async () => {
    const { ann, bob } = await annAndBob();
    const text = '\u{1F600}'.repeat(4000);
    await ann.say(text);
    await bob.heard(text);
  });

  it.each([
    ['message:edit'],
    ['message'],
    ['error'],
    ['ping'],
    ['exception'],
    ['__proto__'],
    ['constructor'],
    ['toString'],
    ['room:joined'],
    [''],
    ['x'.repeat(10_000)],
  ])('is an event that the server does not know: %.20s', async (name) => {
    const { ann, bob } = await annAndBob();
    const problem = await ann.refusal(name, { id, text: 'x' });
    expect(problem).toMatchObject({ code: 'validation-failed', errors: [{ field: 'event' }] });
    expect(problem.detail.length).toBeLessThan(200);
    ann.socket.emit(name, { id, text: 'x' });
    await undisturbed(ann, bob);
  });

  it('is nothing for arguments that are one too many', async () => {
    const { ann, bob } = await annAndBob();
    const answer = await ann.ask(
      'message:send',
      { id: randomUUID(), text: 'first' },
      { id: randomUUID(), text: 'second' },
    );
    expect(answer).toMatchObject({ ok: true, data: { message: { text: 'first' } } });
    await ann.say('marker');
    await bob.heard('marker');
    expect(bob.texts).toEqual(['first', 'marker']);
  });

  it('does no harm without an acknowledgement', async () => {
    const { ann, bob } = await annAndBob();
    for (const [, args] of payloads) ann.socket.emit('message:send', ...args);
    await undisturbed(ann, bob);
  });
});
