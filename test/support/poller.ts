import type { Event, RoomState } from '../../openapi/generated/chat.js';
import { get } from './http.js';

export interface Polling {
  since: string;
  /** Seconds; 0 asks again at once. */
  wait: number;
  token?: string;
}

/** Asks again and again what came after its cursor, until the text is among it; the answer is all that came. */
export async function pollUntil(url: string, text: string, { since, wait, token }: Polling): Promise<Event[]> {
  const events: Event[] = [];
  for (let cursor = since; !events.some(({ message }) => message?.text === text);) {
    const query = new URLSearchParams({ since: cursor, wait: String(wait) });
    const { status, data } = await get(url, `/api/chat/events?${query}`, token === undefined ? {} : { token });
    if (status !== 200) throw new Error(`asked for events, got ${JSON.stringify(data)}`);
    const state = data as RoomState;
    if (!state.recovered) throw new Error('the log does not reach back to the cursor');
    events.push(...state.events!);
    cursor = state.cursor;
  }
  return events;
}
