import { expect } from '@jest/globals';
import { get, post } from './http.js';
import { waiting } from './people.js';
import { startServer } from './server.js';

/** A server with somebody who waits for its first event, while others misbehave. */
export async function startWithBystander(environment: Record<string, string> = {}) {
  const server = await startServer(environment);
  const { cursor } = (await get(server.url, '/api/chat/events')).data;
  const answer = get(server.url, `/api/chat/events?wait=30&since=${cursor}`);
  await waiting(server, 1);

  /** The server still answers, nothing was kept, and the bystander hears the first thing that is said. */
  async function undisturbed(): Promise<void> {
    expect((await get(server.url, '/health/ready')).status).toBe(200);
    expect((await post(server.url, '/api/chat/send', { nickname: 'Bystander', text: 'still here' })).status).toBe(201);
    const { events, users } = (await answer).data;
    expect(events).toMatchObject([{ seq: 1, message: { text: 'still here' } }]);
    expect(users.map(({ nickname }: { nickname: string }) => nickname)).toEqual(['Bystander']);
  }

  return { ...server, undisturbed };
}
