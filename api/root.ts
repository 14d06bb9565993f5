import { existsSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

/** The folder of package.json: this file runs from api/ in the tests, and from dist/api/ when built. */
export const ROOT = existsSync(join(here, '..', 'package.json')) ? join(here, '..') : join(here, '..', '..');
