import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { join, nicknames } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

describe('joining over REST', () => {
  it('makes a person, who is there, and tells how to stay', async () => {
    const { url } = await startServer();
    const { status, data } = await post(url, '/api/chat/join', { nickname: 'Ann', room: 'lobby' });
    expect(status).toBe(201);
    expect(data).toMatchObject({ user: { nickname: 'Ann' }, heartbeatSeconds: 10, staleSeconds: 30 });
    expect((await get(url, '/api/chat/users')).data).toEqual({ online: 1, users: [data.user] });
  });

  it('prepares the nickname as RFC 8266 says', async () => {
    const { url } = await startServer();
    expect((await join(url, '  Richard   Ⅳ  ')).user.nickname).toBe('Richard IV');
    expect(await nicknames(url)).toEqual(['Richard IV']);
  });

  it('gives everyone an id and a token of their own', async () => {
    const { url } = await startServer();
    const [ann, ben] = [await join(url, 'Ann'), await join(url, 'Ben')];
    expect(ann.user.userId).not.toBe(ben.user.userId);
    expect(ann.token).not.toBe(ben.token);
    expect(await nicknames(url)).toEqual(['Ann', 'Ben']);
  });

  it('refuses a nickname that is taken, however it is spelled, and suggests one that works', async () => {
    const { url } = await startServer();
    await join(url, 'Ann');
    const { status, data } = await post(url, '/api/chat/join', { nickname: ' ANN ' });
    expect(status).toBe(409);
    expect(data).toMatchObject({ code: 'nickname-taken', suggestion: 'ANN 2' });
    expect((await join(url, data.suggestion)).user.nickname).toBe('ANN 2');
  });

  it('suggests one that works for the longest of names too', async () => {
    const { url } = await startServer();
    const nickname = '\u{1F600}'.repeat(32);
    await join(url, nickname);
    const { data } = await post(url, '/api/chat/join', { nickname });
    expect((await join(url, data.suggestion)).user.nickname).toBe(data.suggestion);
  });

  it('gives the nickname to one of many who ask at once', async () => {
    const { url } = await startServer();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(url, '/api/chat/join', { nickname: 'Ann' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ data }) => data.code === 'nickname-taken')).toHaveLength(9);
  });

  it('takes a nickname back with its token, as the same user', async () => {
    const { url, clock } = await startServer();
    const ann = await join(url, 'Ann');
    expect((await join(url, 'ann', { token: ann.token })).user).toEqual(ann.user);
    clock.advance(60_000);
    expect(await nicknames(url)).toEqual([]);
    expect((await join(url, 'Ann', { token: ann.token })).user).toEqual(ann.user);
  });

  it('refuses a token together with another nickname', async () => {
    const { url } = await startServer();
    const { token } = await join(url, 'Ann');
    const { status, data } = await post(url, '/api/chat/join', { nickname: 'Ben' }, { token });
    expect([status, data.code]).toEqual([403, 'forbidden']);
    expect(await nicknames(url)).toEqual(['Ann']);
  });

  it('refuses a token whose nickname has become another’s', async () => {
    const { url, clock } = await startServer();
    const first = await join(url, 'Ann');
    clock.advance(30_000);
    await join(url, 'Ann');
    const { status, data } = await post(url, '/api/chat/join', { nickname: 'Ann' }, { token: first.token });
    expect([status, data.code, data.suggestion]).toEqual([409, 'nickname-taken', 'Ann 2']);
  });

  it('takes a token that another node signed with the same secret', async () => {
    const secret = { CHAT_SECRET: 'a secret that both nodes know' };
    const [one, other] = [await startServer(secret), await startServer(secret)];
    const ann = await join(one.url, 'Ann');
    expect((await join(other.url, 'Ann', { token: ann.token })).user).toEqual(ann.user);
  });

  it('takes no token of a server with another secret', async () => {
    const [one, other] = [await startServer(), await startServer()];
    const { token } = await join(one.url, 'Ann');
    const { status, headers } = await post(other.url, '/api/chat/join', { nickname: 'Ann' }, { token });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('tells that there is no such room, and takes no nickname for it', async () => {
    const { url } = await startServer();
    const { status, data } = await post(url, '/api/chat/join', { nickname: 'Ann', room: 'attic' });
    expect([status, data.code]).toEqual([404, 'room-not-found']);
    await join(url, 'Ann');
  });

  it('tells when the room is full, and lets in whoever is in', async () => {
    const { url } = await startServer({ CHAT_MAX_PEOPLE_PER_ROOM: '1' });
    const { token } = await join(url, 'Ann');
    expect((await post(url, '/api/chat/join', { nickname: 'Ben' })).data).toMatchObject({
      code: 'unavailable',
      detail: 'The room is full.',
    });
    await join(url, 'Ann', { token });
  });
});
