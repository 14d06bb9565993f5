import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../api/domain/clock.js';
import type { Retention } from '../../api/store/log-store.js';
import { SqliteLogStore } from '../../api/store/sqlite/sqlite-log-store.js';
import { ANN, BEN, draft, refusalOf } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { itKeepsLogs } from './log-store.conformance.js';

const { folder, newFile } = temporaryFolder();

const open: SqliteLogStore[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((store) => store.close()))));

interface Options {
  clock?: Clock;
  retention?: Retention;
  historyLimit?: number;
  rememberedIds?: number;
}

async function storeOn(
  path: string,
  { clock = new FakeClock(), retention = {}, historyLimit = 200, rememberedIds = 1_000 }: Options = {},
) {
  const store = new SqliteLogStore(clock, { path, historyLimit, rememberedIds, marks: 3 }, retention);
  open.push(store);
  const secret = await store.start('a secret');
  return Object.assign(store, { secret });
}

const lobby = { name: 'lobby', title: 'Lobby' };

describe('the store in SQLite', () => {
  itKeepsLogs((clock) => storeOn(newFile(), { clock }));

  it('has everything after a restart: rooms, epoch, seq, events, ids, marks and the secret', async () => {
    const path = newFile();
    const before = await storeOn(path);
    const { epoch } = await before.open(lobby, () => undefined);
    await before.open({ name: 'tea', title: 'Tea at four' }, () => undefined);
    const { message } = await before.append('lobby', draft(1));
    await before.mark('lobby', { ...BEN, seq: 1 });
    await before.close();

    const after = await storeOn(path);
    expect(after.secret).toBe(before.secret);
    expect((await after.rooms()).map(({ name, title }) => [name, title])).toEqual([
      ['lobby', 'Lobby'],
      ['tea', 'Tea at four'],
    ]);
    const opened = await after.open(lobby, () => undefined);
    expect(opened).toMatchObject({ epoch, seq: 1, events: [{ seq: 1, type: 'message.created', message }] });
    expect(await after.append('lobby', draft(1))).toEqual({ message, duplicate: true });
    expect(await after.marks('lobby')).toEqual([{ ...BEN, seq: 1 }]);
    expect((await after.append('lobby', draft(2))).message.seq).toBe(2);
  });

  it('opens a room with the newest events only, and pages back through the others', async () => {
    const path = newFile();
    const store = await storeOn(path);
    await store.open(lobby, () => undefined);
    await Promise.all(Array.from({ length: 30 }, (_, index) => store.append('lobby', draft(index + 1))));
    await store.close();
    const after = await storeOn(path, { historyLimit: 10 });
    const { events } = await after.open(lobby, () => undefined);
    expect(events.map(({ seq }) => seq)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect((await after.history('lobby', 3, 21)).map(({ seq }) => seq)).toEqual([18, 19, 20]);
    expect((await after.history('lobby', 10, 3)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('remembers the id of a message that retention has taken', async () => {
    const store = await storeOn(newFile(), { retention: { count: 2 }, historyLimit: 1 });
    await store.open(lobby, () => undefined);
    for (const number of [1, 2, 3]) await store.append('lobby', draft(number));
    await store.prune();
    expect((await store.history('lobby', 10, 4)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await store.append('lobby', draft(1))).toMatchObject({
      duplicate: true,
      message: { seq: 1, text: 'message 1' },
    });
  });

  it('prunes by age, but keeps the newest that everyone is promised', async () => {
    const clock = new FakeClock();
    const store = await storeOn(newFile(), { clock, retention: { age: 60_000 }, historyLimit: 2 });
    await store.open(lobby, () => undefined);
    for (const number of [1, 2, 3]) await store.append('lobby', draft(number));
    clock.advance(60_001);
    await store.prune();
    expect((await store.history('lobby', 10, 9)).map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('leaves no hole in a log when it prunes by age after the wall clock was set back', async () => {
    const clock = new FakeClock();
    const path = newFile();
    const store = await storeOn(path, { clock, retention: { age: 60_000 }, historyLimit: 1 });
    await store.open(lobby, () => undefined);
    for (const number of [1, 2, 3, 4, 5, 6, 7]) {
      if (number === 4) clock.wall -= 3_600_000;
      if (number === 6) clock.wall += 3_600_000;
      await store.append('lobby', draft(number));
    }
    await store.prune();
    expect((await store.history('lobby', 10, 9)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    clock.advance(60_001);
    await store.append('lobby', draft(8));
    await store.prune();
    expect((await store.history('lobby', 10, 9)).map(({ seq }) => seq)).toEqual([8]);
  });

  it('refuses what is asked of it when its thread is gone, and does not leave anyone waiting', async () => {
    const store = await storeOn(newFile());
    await store.open(lobby, () => undefined);
    await store.close();
    expect(await refusalOf(() => store.append('lobby', draft(1)))).toMatchObject({ code: 'unavailable' });
    expect(await refusalOf(() => store.find('lobby', draft(1)))).toMatchObject({ code: 'unavailable' });
  });

  it('is bounded in remembered ids and in marks', async () => {
    const store = await storeOn(newFile(), { rememberedIds: 2 });
    await store.open(lobby, () => undefined);
    for (const number of [1, 2, 3]) await store.append('lobby', draft(number));
    expect(await store.find('lobby', draft(1))).toBeUndefined();
    expect(await store.find('lobby', draft(2))).toMatchObject({ seq: 2 });
    for (const seq of [1, 2, 3, 4]) await store.mark('lobby', { ...ANN, userId: `u_${seq}`, seq });
    expect((await store.marks('lobby')).map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });
});

describe('a file that is no good', () => {
  const problemOf = (path: string) =>
    storeOn(path).then(
      () => 'none',
      (error: Error) => `${error.constructor.name}: ${error.message}`,
    );

  it('is told when it is no database', async () => {
    const path = newFile();
    writeFileSync(path, 'Dear diary, this is no database at all, whatever its name may say.\n'.repeat(100));
    expect(await problemOf(path)).toBe('SqliteError: file is not a database');
  });

  it('is told when its folder is not there', async () => {
    expect(await problemOf(join(folder, 'nowhere', 'chat.sqlite'))).toBe('SqliteError: unable to open database file');
  });

  it('is told when a newer release wrote it, and is left as it was', async () => {
    const path = newFile();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect(await problemOf(path)).toMatch(/^SqliteError: was written by a newer release \(schema 999/);
    const again = new DatabaseSync(path);
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 });
    again.close();
  });

  it('is told when another server has it open', async () => {
    const path = newFile();
    await storeOn(path);
    expect(existsSync(path)).toBe(true);
    expect(await problemOf(path)).toBe('SqliteError: database is locked');
  });
});
