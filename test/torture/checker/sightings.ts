import type { Message } from '../../../openapi/generated/chat.js';
import type { Run } from '../record.js';

/** That somebody was told of a message at a place of a log. */
export interface Sighting {
  client: string;
  epoch: string;
  seq: number;
  message: Message;
}

/** Everything that anybody was told of any log, in the order of its coming. */
export function* sightings({ entries }: Run): Generator<Sighting> {
  for (const entry of entries) {
    const { client } = entry;
    if (entry.kind === 'told') {
      for (const { seq, message } of entry.told.events) if (message) yield { client, ...entry.told, seq, message };
    }
    if (entry.kind === 'answered') {
      const { epoch, events = [], messages = [] } = entry.answer;
      for (const { seq, message } of events) if (message) yield { client, epoch, seq, message };
      for (const message of messages) yield { client, epoch, seq: message.seq, message };
    }
    if (entry.kind === 'history') {
      for (const message of entry.messages) yield { client, epoch: entry.epoch, seq: message.seq, message };
    }
  }
}

/** The logs by their epochs, as far as anybody saw them: messages by their seq. */
export function logsOf(run: Run): Map<string, Map<number, Message>> {
  const logs = new Map<string, Map<number, Message>>();
  for (const { epoch, seq, message } of sightings(run)) {
    const log = logs.get(epoch) ?? new Map<number, Message>();
    logs.set(epoch, log);
    if (!log.has(seq)) log.set(seq, message);
  }
  return logs;
}

/** Whether the log is gone with what keeps it: the server's memory, or Redis with its file. */
export const losesLog = ({ store }: Run) => store !== 'sqlite';

/** The log at the end: all of it that can still be read. */
export function finalLog({ entries }: Run): { epoch: string; seq: number; messages: Message[] } | undefined {
  return entries.findLast((entry) => entry.kind === 'history');
}
