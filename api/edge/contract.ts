import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { parse } from 'yaml';
import { ROOT } from '../root.js';
import type { AsyncApi } from './asyncapi.js';

/** A document of the contract: the text as it is given away, and what it says. */
function read<Document>(path: string): { yaml: string; document: Document } {
  const yaml = readFileSync(join(ROOT, path), 'utf8');
  return { yaml, document: parse(yaml, { merge: true }) as Document };
}

/** The REST interface, as it was written. */
export const openapi = read<OpenAPIObject>('openapi/chat.openapi.yaml');

/** The Socket.IO interface, with the schemas of the other document that it refers to. */
export const asyncapi = read<AsyncApi>('openapi/generated/chat.asyncapi.yaml');
