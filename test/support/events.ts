import { type ChatEvent, type Draft } from '../../api/domain/event.js';
import { Refusal } from '../../api/domain/problem.js';

export const ANN = { userId: 'u_ann', nickname: 'Ann' };
export const BEN = { userId: 'u_ben', nickname: 'Ben' };

/** A UUID that tells its number. */
export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const draft = (number: number, text = `message ${number}`): Draft => ({ id: uuid(number), text, ...ANN });

/** The event that keeps message number `seq`. */
export function event(seq: number): ChatEvent {
  const at = '2026-01-31T12:00:00.000Z';
  return { seq, type: 'message.created', at, message: { ...draft(seq), seq, room: 'lobby', sentAt: at } };
}

/** The refusal that the call ends in, as it is told. */
export async function refusalOf(run: () => unknown) {
  try {
    await run();
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
  throw new Error('nothing was refused');
}
