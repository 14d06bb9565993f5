interface Answered {
  $ref?: string;
  content?: Record<string, { schema: { $ref?: string } }>;
}

/** As much of an OpenAPI document as says what may be answered. */
export interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, { responses: Record<string, Answered> }>>;
  components: { schemas: object; responses: Record<string, Answered> };
}

/** What answers are held against; `expect` throws unless the value is what the schema of that name says. */
export interface Judge {
  contract: Contract;
  expect: (schema: string, value: unknown) => void;
}

export interface Call {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls the API. Throws unless the contract declares that answer to that call, with such a body. */
export async function call(url: string, method: string, path: string, judge: Judge, options: Call = {}) {
  const { body, token, headers, signal } = options;
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
  checkAnswer(judge, method, path.split('?')[0]!, response.status, type, data);
  return { status: response.status, headers: response.headers, type, data };
}

function checkAnswer(
  { contract, expect }: Judge,
  method: string,
  path: string,
  status: number,
  type: string,
  data: unknown,
): void {
  const operation = contract.paths[path]?.[method.toLowerCase()];
  if (!operation) return expect('Problem', data);
  const declared = operation.responses[status];
  if (!declared) throw new Error(`${method} ${path} answered ${status}, which the contract does not declare`);
  const answer = declared.$ref ? contract.components.responses[lastPart(declared.$ref)]! : declared;
  if (!answer.content) {
    if (data !== '') throw new Error(`${method} ${path} answered ${status} with a body`);
    return;
  }
  const content = answer.content[type];
  if (!content) throw new Error(`${method} ${path} answered ${status} as ${type || 'nothing'}`);
  if (content.schema.$ref) expect(lastPart(content.schema.$ref), data);
}

const lastPart = (ref: string): string => ref.split('/').at(-1)!;
