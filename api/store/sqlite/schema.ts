/**
 * Numbered migrations: the n-th brings a database of version n - 1 (`PRAGMA user_version`) to version n. One
 * that was released is never changed.
 */
export const MIGRATIONS = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE rooms (
    room INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    active_at TEXT NOT NULL
  );
  CREATE TABLE events (
    room INTEGER NOT NULL REFERENCES rooms,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    nickname TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (room, seq)
  ) WITHOUT ROWID;
  -- Apart from the events, for the ids are remembered when retention has taken the text.
  CREATE TABLE ids (
    room INTEGER NOT NULL REFERENCES rooms,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    user_id TEXT NOT NULL,
    nickname TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    PRIMARY KEY (room, id)
  ) WITHOUT ROWID;
  CREATE INDEX ids_by_seq ON ids (room, seq);
  CREATE TABLE marks (
    room INTEGER NOT NULL REFERENCES rooms,
    user_id TEXT NOT NULL,
    nickname TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (room, user_id)
  ) WITHOUT ROWID;
  `,
];
