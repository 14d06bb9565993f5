import type { JoinAnswer } from '../../openapi/generated/chat.js';
import { LongPolls } from '../../api/realtime/long-polls.js';
import { type Call, get, post } from './http.js';
import type { TestServer } from './server.js';
import { eventually } from './socket-server.js';

/** Takes a nickname, which must be free. */
export async function join(url: string, nickname: string, options: Call = {}): Promise<JoinAnswer> {
  const { status, data } = await post(url, '/api/chat/join', { nickname }, options);
  if (status !== 201) throw new Error(`${nickname} could not join: ${JSON.stringify(data)}`);
  return data;
}

export async function nicknames(url: string): Promise<string[]> {
  const { data } = await get(url, '/api/chat/users');
  return data.users.map(({ nickname }: { nickname: string }) => nickname);
}

/** Where the lobby's log stands. */
export async function cursorOf(url: string): Promise<string> {
  return (await get(url, '/api/chat/messages')).data.cursor;
}

export async function texts(url: string): Promise<string[]> {
  const { data } = await get(url, '/api/chat/messages?limit=200');
  return data.messages.map(({ text }: { text: string }) => text);
}

/** Says so many things, `message 1` first. */
export async function sayMany(url: string, count: number, from = 1): Promise<void> {
  for (let number = from; number < from + count; number++) {
    await post(url, '/api/chat/send', { nickname: 'Crier', text: `message ${number}` });
  }
}

/** Waits until so many requests wait for an event. */
export const waiting = ({ app }: TestServer, count: number) => eventually(() => app.get(LongPolls).size === count);
