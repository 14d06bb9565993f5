import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Draft, Message, Read } from '../../domain/event.js';
import type { Calls, WorkerOptions, Write, Written } from './protocol.js';

interface RoomRow {
  room: number;
  epoch: string;
  seq: number;
}

type Row = Record<string, SQLOutputValue>;

/** The database itself. All of it runs on a thread of its own, since SQLite waits for the disk. */
export class Database implements Calls {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #rooms = new Map<string, RoomRow>();
  readonly #options: WorkerOptions;

  constructor(options: WorkerOptions, migrations: string[]) {
    this.#options = options;
    // SQLite itself would say that it has a disk I/O error.
    if (existsSync(options.path)) accessSync(options.path, constants.W_OK);
    this.#db = new DatabaseSync(options.path);
    try {
      this.#prepare(migrations);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepare(migrations: string[]): void {
    // Two servers on one file would each give out the same seq.
    this.#db.exec('PRAGMA locking_mode=EXCLUSIVE');
    // Before anything is changed in a file that this release must leave alone.
    const version = this.#db.prepare('PRAGMA user_version').get()!['user_version'] as number;
    if (version > migrations.length) {
      throw new Error(`was written by a newer release (schema ${version}, this one knows ${migrations.length})`);
    }
    this.#db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON');
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      this.#db.exec(`BEGIN EXCLUSIVE; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`);
    }
  }

  start(newSecret?: string): string | undefined {
    if (newSecret === undefined) return undefined;
    this.#sql(`INSERT OR IGNORE INTO meta VALUES ('secret', ?)`).run(newSecret);
    return this.#sql(`SELECT value FROM meta WHERE name = 'secret'`).get()!['value'] as string;
  }

  probe(at: string): void {
    // As large as the largest message, or a disk would pass that is too full for one.
    this.#sql(`INSERT OR REPLACE INTO meta VALUES ('probed', ?)`).run(at.padEnd(16_384));
  }

  rooms() {
    return this.#sql('SELECT name, title, active_at FROM rooms')
      .all()
      .map((row) => ({
        name: row['name'] as string,
        title: row['title'] as string,
        activeAt: row['active_at'] as string,
      }));
  }

  open({ name, title }: { name: string; title: string }, epoch: string, at: string) {
    this.#sql('INSERT OR IGNORE INTO rooms (name, title, epoch, seq, active_at) VALUES (?, ?, ?, 0, ?)').run(
      name,
      title,
      epoch,
      at,
    );
    const row = this.#sql('SELECT room, epoch, seq FROM rooms WHERE name = ?').get(name) as unknown as RoomRow;
    this.#rooms.set(name, { ...row });
    const messages = this.history(name, this.#options.historyLimit, Number.MAX_SAFE_INTEGER);
    return { epoch: row.epoch, seq: row.seq, messages };
  }

  /** All or nothing, in one transaction: when it returns, everything is on the disk. */
  write(writes: Write[]): Written[] {
    const before = new Map(writes.map(({ room }) => [room, this.#row(room).seq]));
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const written = writes.map((write) => (write.kind === 'append' ? this.#append(write) : this.#mark(write)));
      this.#db.exec('COMMIT');
      return written;
    } catch (error) {
      for (const [room, seq] of before) this.#row(room).seq = seq;
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  find(room: string, { id, text }: Pick<Draft, 'id' | 'text'>): Message | 'conflict' | undefined {
    const row = this.#sql('SELECT seq, at, user_id, nickname, text_hash FROM ids WHERE room = ? AND id = ?').get(
      this.#row(room).room,
      id,
    );
    if (!row) return undefined;
    if (!hash(text).equals(row['text_hash'] as Uint8Array)) return 'conflict';
    return messageOf({ ...row, id, text }, room);
  }

  history(room: string, limit: number, before: number): Message[] {
    const select =
      'SELECT seq, at, id, user_id, nickname, text FROM events WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?';
    const rows = this.#sql(select).all(this.#row(room).room, before, limit);
    return rows.reverse().map((row) => messageOf(row, room));
  }

  marks(room: string): Read[] {
    return this.#sql('SELECT user_id, nickname, seq FROM marks WHERE room = ? ORDER BY seq')
      .all(this.#row(room).room)
      .map((row) => ({
        userId: row['user_id'] as string,
        nickname: row['nickname'] as string,
        seq: row['seq'] as number,
      }));
  }

  /**
   * Takes away what is older than `before` or not among the `newest` of its room, but for the `least` newest.
   * It ends at the first event that is younger: if the wall clock was set back, older ones may come after it, and
   * the log shall have no hole.
   */
  prune({
    before = '',
    newest = Number.MAX_SAFE_INTEGER,
    least,
  }: {
    before?: string;
    newest?: number;
    least: number;
  }): void {
    for (const { room, seq } of this.#rooms.values()) {
      const young = this.#sql('SELECT seq FROM events WHERE room = ? AND at >= ? ORDER BY seq LIMIT 1').get(
        room,
        before,
      );
      const firstYoung = (young?.['seq'] as number | undefined) ?? seq + 1;
      this.#sql('DELETE FROM events WHERE room = ? AND seq <= ? AND seq < max(?, ?)').run(
        room,
        seq - least,
        firstYoung,
        seq - newest + 1,
      );
    }
  }

  close(): void {
    this.#db.close();
  }

  #append({ room, draft: { id, userId, nickname, text }, at }: Write & { kind: 'append' }): Written {
    const known = this.find(room, { id, text });
    if (known === 'conflict') return { kind: 'conflict' };
    if (known) return { kind: 'append', message: known, duplicate: true };
    const row = this.#row(room);
    const seq = ++row.seq;
    this.#sql('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
      row.room,
      seq,
      'message.created',
      at,
      id,
      userId,
      nickname,
      text,
    );
    this.#sql('INSERT INTO ids VALUES (?, ?, ?, ?, ?, ?, ?)').run(row.room, id, seq, at, userId, nickname, hash(text));
    this.#sql('DELETE FROM ids WHERE room = ? AND seq <= ?').run(row.room, seq - this.#options.rememberedIds);
    this.#sql('UPDATE rooms SET seq = ?, active_at = ? WHERE room = ?').run(seq, at, row.room);
    return { kind: 'append', message: { id, seq, room, userId, nickname, text, sentAt: at }, duplicate: false };
  }

  #mark({ room, read: { userId, nickname, seq } }: Write & { kind: 'mark' }): Written {
    const row = this.#row(room);
    const known = this.#sql('SELECT seq FROM marks WHERE room = ? AND user_id = ?').get(row.room, userId);
    const moved = !known || (known['seq'] as number) < seq;
    if (moved) this.#sql('INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)').run(row.room, userId, nickname, seq);
    const excess = `DELETE FROM marks WHERE room = ?1 AND user_id IN
      (SELECT user_id FROM marks WHERE room = ?1 ORDER BY seq DESC LIMIT -1 OFFSET ?2)`;
    // Only somebody new can be one too many.
    if (!known) this.#sql(excess).run(row.room, this.#options.marks);
    return { kind: 'mark', moved };
  }

  #row(room: string): RoomRow {
    const row = this.#rooms.get(room);
    if (!row) throw new Error(`the log of ${room} is not open`);
    return row;
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) this.#statements.set(text, (statement = this.#db.prepare(text)));
    return statement;
  }
}

function messageOf(row: Row, room: string): Message {
  return {
    id: row['id'] as string,
    seq: row['seq'] as number,
    room,
    userId: row['user_id'] as string,
    nickname: row['nickname'] as string,
    text: row['text'] as string,
    sentAt: row['at'] as string,
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
