import { contract, expectSchema } from './contract.js';

export interface Call {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Calls the API and holds the answer against the contract: the status must be one that the operation
 * declares, the body what that answer's schema says.
 */
export async function call(url: string, method: string, path: string, { body, token, headers, signal }: Call = {}) {
  const response = await fetch(url + path, {
    method,
    signal: signal ?? null,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const data = /json$/.test(type) ? JSON.parse(text) : text;
  checkAnswer(method, path.split('?')[0]!, response.status, type, data);
  return { status: response.status, headers: response.headers, type, data };
}

function checkAnswer(method: string, path: string, status: number, type: string, data: unknown): void {
  const operation = contract.paths[path]?.[method.toLowerCase()];
  if (!operation) return expectSchema('Problem', data);
  const declared = operation.responses[status];
  if (!declared) throw new Error(`${method} ${path} answered ${status}, which the contract does not declare`);
  const response = declared.$ref ? contract.components.responses[declared.$ref.split('/').at(-1)] : declared;
  const schema = response.content?.[type]?.schema;
  if (response.content && !schema) throw new Error(`${method} ${path} answered ${status} as ${type || 'nothing'}`);
  if (schema?.$ref) expectSchema(schema.$ref.split('/').at(-1), data);
  if (!response.content && data !== '') throw new Error(`${method} ${path} answered ${status} with a body`);
}

export const get = (url: string, path: string, options?: Call) => call(url, 'GET', path, options);
export const post = (url: string, path: string, body?: unknown, options?: Call) =>
  call(url, 'POST', path, { body, ...options });
