import type { JoinAnswer, Message, RoomState, SendAnswer } from '../../../openapi/generated/chat.js';
import { type Call, call } from '../../support/http.js';
import { ANSWER_WITHIN, type Follower } from './carrier.js';
import { asLost, Refused } from './errors.js';

/** Longer than any poll waits and any network stalls here; in milliseconds. */
const POLL_WITHIN = 15_000;

/**
 * @throws Refused, Lost
 */
async function ask(url: string, method: string, path: string, options: Call): Promise<unknown> {
  const { status, data } = await call(url, method, path, options).catch((error: unknown) => {
    throw asLost(error);
  });
  if (status >= 400) throw new Refused(data);
  return data;
}

export async function postMessage(
  { url, room, token, nickname, guest, headers }: Follower,
  { id, text }: Pick<Message, 'id' | 'text'>,
): Promise<SendAnswer> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN);
  const isGuest = guest || token === undefined;
  const body = { id, text, room, ...(isGuest && { nickname }) };
  return (await ask(url, 'POST', '/api/chat/send', {
    body,
    headers,
    signal,
    ...(!isGuest && { token }),
  })) as SendAnswer;
}

/** Makes the nickname the follower's, unless it is already or there is no need to. */
export async function join(follower: Follower, stopped: AbortSignal): Promise<void> {
  const { url, room, token, nickname, guest, headers } = follower;
  if (guest || token !== undefined) return;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_WITHIN)]);
  const answer = await ask(url, 'POST', '/api/chat/join', { body: { nickname, room }, headers, signal });
  follower.confirm((answer as JoinAnswer).token);
}

export async function events(
  { url, room, token, headers }: Follower,
  { since, wait }: { since: string | undefined; wait: number },
  stopped: AbortSignal,
): Promise<RoomState> {
  const query = new URLSearchParams({ room, wait: String(wait), ...(since !== undefined && { since }) });
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(POLL_WITHIN)]);
  const path = `/api/chat/events?${query}`;
  return (await ask(url, 'GET', path, { headers, signal, ...(token !== undefined && { token }) })) as RoomState;
}
