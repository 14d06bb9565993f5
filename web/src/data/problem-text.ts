import { OutboxFull, Refused, type Problem } from './client/index.js';

/** Why something was refused, in a sentence for the person whose it is. */
export function problemText(problem: Problem): string {
  const fields = problem.errors?.map(({ field, message }) => sentence(`${field} ${message}`));
  if (problem.code === 'validation-failed' && fields && fields.length > 0) return fields.join(' ');
  if (problem.code === 'rate-limited' && problem.retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(problem.retryAfterMs / 1000));
    return `Too much at once. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
  }
  return sentence(problem.detail);
}

/** The same for whatever joining or sending threw. */
export function errorText(error: unknown): string {
  if (error instanceof Refused) return problemText(error.problem);
  if (error instanceof OutboxFull) {
    return `${error.most} messages wait to be sent already. Wait until some are out, or discard some.`;
  }
  return 'The room cannot be reached. Check your connection and try again.';
}

function sentence(text: string): string {
  const [first = ''] = text;
  const end = /[.!?…]$/.test(text) ? '' : '.';
  return first.toUpperCase() + text.slice(first.length) + end;
}
