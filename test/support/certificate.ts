import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Program } from './programs.js';

export const OPENSSL: Program = { names: ['openssl'], version: 'version', install: 'apt-get install openssl' };

/** A certificate for 127.0.0.1 that signs itself, so that it is its own authority; both are files in the folder. */
export function makeCertificate(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const named = ['-subj', '/CN=chat-test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...made, ...named, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { cert, key };
}
