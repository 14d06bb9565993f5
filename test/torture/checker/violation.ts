/** What was promised. */
export type Promised =
  | 'one order'
  | 'acknowledged means kept'
  | 'once'
  | 'no silent loss'
  | 'refusals are told'
  | 'recovered is whole'
  | 'missed is exact'
  | 'a new log says so'
  | 'the contract'
  | 'everyone catches up';

/** A promise that was broken, and what shows it. */
export interface Violation {
  promise: Promised;
  client: string;
  /** One line. */
  evidence: string;
}

/** Messages as they are compared and shown. */
export const plain = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'nothing';
