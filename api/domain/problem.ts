const KINDS = {
  'validation-failed': [400, 'The request is not valid'],
  unauthorized: [401, 'The token is missing or not valid'],
  forbidden: [403, 'This is not yours to do'],
  'room-not-found': [404, 'There is no such room'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This address does not take that method'],
  'nickname-taken': [409, 'The nickname is taken'],
  'id-conflict': [409, 'The id was used for another message'],
  'room-exists': [409, 'There is such a room already'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'rate-limited': [429, 'Too much at once'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'Not possible right now'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof KINDS;

export const PROBLEM_CODES = Object.keys(KINDS) as ProblemCode[];

export interface FieldError {
  field: string;
  message: string;
}

/** Members that go with some codes only. */
export interface ProblemExtras {
  errors?: FieldError[];
  suggestion?: string;
  /** Milliseconds. */
  retryAfterMs?: number;
}

/** Why something was refused, as RFC 9457 shapes it. */
export interface Problem extends ProblemExtras {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
}

/** A refusal on its way to whoever asked; each door tells it as a Problem. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
    /** HTTP headers that go with it. */
    readonly headers: Record<string, string> = {},
  ) {
    super(`${code}: ${detail}`);
  }

  get problem(): Problem {
    const [status, title] = KINDS[this.code];
    const type = `urn:live-chat-room:${this.code}`;
    return { type, title, status, detail: this.detail, code: this.code, ...this.extras };
  }
}

/** Of many wrong fields so many are told, and so much of their names: nonsense is not echoed at length. */
const FIELDS_TOLD = 10;
const NAME_TOLD = 64;

/** A `validation-failed` refusal over the given fields. */
export function invalid(...wrong: FieldError[]): Refusal {
  const errors = wrong.slice(0, FIELDS_TOLD).map(({ field, message }) => {
    return { field: field.slice(0, NAME_TOLD).toWellFormed(), message };
  });
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new Refusal('validation-failed', detail, { errors });
}
