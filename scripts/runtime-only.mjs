/**
 * For the image: leaves in package.json only what the server itself imports, so that `npm prune` takes away what
 * `npm start` builds with. Whatever a package that stays asks for as a peer stays too.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

const sources = globSync(['api/**/*.ts', 'openapi/**/*.ts']).map((file) => readFileSync(file, 'utf8'));
const isImported = (name) => sources.some((source) => source.includes(`'${name}'`) || source.includes(`'${name}/`));

const before = JSON.parse(readFileSync('package.json', 'utf8'));
const { name, version, private: isPrivate, type } = before;
const dependencies = Object.fromEntries(Object.entries(before.dependencies).filter(([name]) => isImported(name)));
// An override may speak of a dependency by its name; without it npm would bring a second one.
const isMeant = (override) =>
  [...JSON.stringify(override).matchAll(/"\$([^"]+)"/g)].every(([, name]) => name in dependencies);
const overrides = Object.fromEntries(Object.entries(before.overrides).filter(([, override]) => isMeant(override)));
const after = { name, version, private: isPrivate, type, dependencies, overrides };
writeFileSync('package.json', JSON.stringify(after, null, 2) + '\n');
