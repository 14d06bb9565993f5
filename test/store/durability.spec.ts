import { chmodSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Message, RoomState } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets } from '../support/socket.js';
import { temporaryFolder } from '../support/temporary-folder.js';

afterEach(stopProcesses);
afterEach(stopSockets);

const { folder, newFile } = temporaryFolder();

const server = (path = newFile(), environment: Record<string, string> = {}) => {
  return new ServerProcess({ HOST: '127.0.0.1', CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: path, ...environment });
};

/** Every message of the lobby, read page by page from the newest back. */
async function wholeLog(url: string): Promise<Message[]> {
  const log: Message[] = [];
  for (;;) {
    const before = log[0] ? `&before=${log[0].seq}` : '';
    const { data } = await get(url, `/api/chat/messages?limit=200${before}`);
    if (data.messages.length === 0) return log;
    log.unshift(...data.messages);
  }
}

describe('a room in SQLite', () => {
  it('goes on after a restart as if nothing had happened: same epoch, same people, nothing missed', async () => {
    const process = await server().start();
    const { url } = process;
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    await ann.say('one');
    const { epoch, cursor } = (await get(url, '/api/chat/events')).data as RoomState;
    await ann.say('two');
    await ann.ask('read:mark', { seq: 2 });
    await post(url, '/api/chat/rooms', { name: 'tea', title: 'Tea at four' });
    expect((await process.stop('SIGTERM'))!.code).toBe(0);

    await process.start();
    const again = connect(url, 'lobby', { token: you.token, since: cursor });
    const joined = await again.joined();
    expect(joined).toMatchObject({ epoch, seq: 2, recovered: true, you });
    expect(joined.events!.map(({ message }) => message!.text)).toEqual(['two']);
    expect((await get(url, '/api/chat/reads')).data.reads).toMatchObject([{ nickname: 'Ann', seq: 2 }]);
    expect((await get(url, '/api/chat/rooms')).data.rooms).toHaveLength(2);
    expect((await again.say('three')).message.seq).toBe(3);
  });

  it('has every acknowledged message once after the process was killed under load, again and again', async () => {
    const path = newFile();
    const process = server(path);
    const acknowledged = new Map<string, number>();
    for (let round = 1; round <= 3; round++) {
      const { url } = await process.start();
      let dead = false;
      const send = async (sender: number) => {
        for (let number = 1; !dead; number++) {
          const id = randomUUID();
          const body = { id, nickname: `Sender ${sender}`, text: `${round} ${sender} ${number}` };
          const answer = await post(url, '/api/chat/send', body).catch(() => undefined);
          if (!answer) return;
          acknowledged.set(id, answer.data.message.seq);
          // Not at a quiet moment: in the middle of what the others are sending.
          if (sender === 1 && number === 20 * round) process.signal('SIGKILL');
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, sender) => send(sender)));
      dead = true;
      await process.stop('SIGKILL');
    }
    const { url } = await process.start();
    const log = await wholeLog(url);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    const kept = new Map(log.map(({ id, seq }) => [id, seq]));
    expect([...acknowledged].filter(([id, seq]) => kept.get(id) !== seq)).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(100);
  });

  it('pages back beyond what is in memory', async () => {
    const { url } = await server(newFile(), { CHAT_HISTORY_LIMIT: '5' }).start();
    for (let number = 1; number <= 23; number++) {
      await post(url, '/api/chat/send', { nickname: 'Ann', text: `${number}` });
    }
    const { data } = await get(url, '/api/chat/messages?limit=8');
    expect(data.messages.map(({ seq }: Message) => seq)).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    expect((await wholeLog(url)).map(({ text }) => Number(text))).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
  });
});

describe('a disk that fails', () => {
  it('is told as unavailable, acknowledges nothing that it did not keep, and loses nothing that it did', async () => {
    const path = newFile();
    // A limit on the size of files is as good as a full disk: SQLite is told that it cannot write.
    const process = server(path);
    const { url } = await process.start('ulimit -f 700; trap "" XFSZ; exec');
    const kept: string[] = [];
    let refusal: { code: string } | undefined;
    for (let number = 1; !refusal && number <= 1000; number++) {
      const { status, data } = await post(url, '/api/chat/send', {
        nickname: 'Ann',
        text: `${number} ${'x'.repeat(3000)}`,
      });
      if (status === 201) kept.push(data.message.text);
      else refusal = data;
    }
    expect(refusal).toMatchObject({ code: 'unavailable', status: 503 });
    expect((await get(url, '/health/ready')).status).toBe(503);
    expect((await get(url, '/health/ready')).status).toBe(503);
    expect((await get(url, '/health/live')).status).toBe(200);
    expect((await get(url, '/api/chat/messages?limit=1')).data.messages[0].text).toBe(kept.at(-1));
    await process.stop('SIGKILL');

    await process.start();
    expect((await wholeLog(url)).map(({ text }) => text)).toEqual(kept);
    expect((await get(url, '/health/ready')).status).toBe(200);
    expect((await post(url, '/api/chat/send', { nickname: 'Ann', text: 'room again' })).status).toBe(201);
  });

  it('stops the start with one line when the file is no database', async () => {
    const path = newFile();
    writeFileSync(path, 'this is no database\n'.repeat(500));
    const { code, stderr } = await server(path).run();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [`Not started: CHAT_SQLITE_PATH ${path} cannot be used: file is not a database`],
    });
  });

  it('stops the start with one line when another server has the file', async () => {
    const path = newFile();
    await server(path).start();
    const { code, stderr } = await server(path).run();
    expect({ code, lines: stderr.length }).toEqual({ code: 1, lines: 1 });
    expect(stderr[0]).toContain('database is locked');
  });

  it('stops the start with one line when the file may not be written', async () => {
    const path = newFile();
    const process = await server(path).start();
    await process.stop();
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    // Root may write anything, unless it gives that up.
    const isRoot = globalThis.process.getuid?.() === 0;
    const { code, stderr } = await server(path).run(isRoot ? 'exec setpriv --bounding-set=-dac_override' : 'exec');
    chmodSync(folder, 0o755);
    expect({ code, stderr }).toEqual({ code: 1, stderr: [expect.stringContaining(path)] });
    expect(stderr[0]).toMatch(/^Not started: CHAT_SQLITE_PATH .* cannot be used: EACCES: permission denied/);
  });
});
