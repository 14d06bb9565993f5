/** `npm run client -- <language> [--out DIR]`: a client made of the contract by a generator that others keep. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { refuse } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/clients');
const contract = join(root, 'openapi/chat.openapi.yaml');
/** Beside what was generated: what it was made of, and the sign that the folder may be written to again. */
const COPY = 'chat.openapi.yaml';

const OPENAPI_GENERATOR = '7.25.0';
const openapiGenerator = (generator, ...options) => ({
  generator: `OpenAPI Generator ${OPENAPI_GENERATOR}, ${generator}`,
  needs: ['java', 'mvn'],
  run(out) {
    const jar = join(cache, `openapi-generator-cli-${OPENAPI_GENERATOR}.jar`);
    if (!existsSync(jar)) {
      const artifact = `-Dartifact=org.openapitools:openapi-generator-cli:${OPENAPI_GENERATOR}`;
      tool('mvn', '-B', '-q', 'dependency:copy', artifact, `-DoutputDirectory=${cache}`);
    }
    tool('java', '-jar', jar, 'generate', '-i', contract, '-o', out, '-g', generator, ...options);
  },
});

const OPENAPI_PYTHON_CLIENT = '0.29.1';
const OAPI_CODEGEN = '2.8.2';

/** By language: which generator, what must be installed for it, and how it is run. */
export const CLIENTS = {
  python: {
    generator: `openapi-python-client ${OPENAPI_PYTHON_CLIENT}`,
    needs: ['python3'],
    run(out) {
      const home = join(cache, `openapi-python-client-${OPENAPI_PYTHON_CLIENT}`);
      const program = join(home, 'bin/openapi-python-client');
      if (!existsSync(program)) {
        tool('python3', '-m', 'venv', '--clear', home);
        tool(join(home, 'bin/pip'), 'install', '-q', `openapi-python-client==${OPENAPI_PYTHON_CLIENT}`);
      }
      const path = `${join(home, 'bin')}:${process.env.PATH}`;
      const options = ['--path', contract, '--output-path', out, '--overwrite', '--meta', 'setup'];
      run(program, ['generate', ...options], { env: { ...process.env, PATH: path } });
    },
  },
  go: {
    generator: `oapi-codegen ${OAPI_CODEGEN}`,
    needs: ['go'],
    run(out) {
      const program = `github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v${OAPI_CODEGEN}`;
      tool('go', 'run', program, '-package', 'chat', '-generate', 'types,client', '-o', join(out, 'chat.go'), contract);
    },
  },
  java: openapiGenerator(
    'java',
    '--library=native',
    '--additional-properties=groupId=chat,artifactId=chat-client,invokerPackage=chat.client,' +
      'apiPackage=chat.client.api,modelPackage=chat.client.model,hideGenerationTimestamp=true,containerDefaultToNull=true,enumUnknownDefaultCase=true',
  ),
  rust: openapiGenerator(
    'rust',
    '--library=reqwest',
    '--additional-properties=packageName=chat-client,supportAsync=false',
  ),
  'typescript-fetch': openapiGenerator('typescript-fetch', '--additional-properties=npmName=chat-client'),
};

/** What tells whether it is here, and how to install what is not. */
const TOOLS = {
  python3: ['python3 -c "import venv, ensurepip"', 'Python 3.11 or newer (on Debian: apt-get install python3-venv)'],
  go: ['go version', 'Go 1.25 or newer'],
  java: ['java -version', 'Java 17 or newer (on Debian: apt-get install default-jdk-headless)'],
  mvn: ['mvn --version', 'Maven (on Debian: apt-get install maven)'],
  cargo: ['cargo --version', 'Rust 1.88 or newer, with cargo'],
  openssl: ['pkg-config --exists openssl', 'OpenSSL to build with (on Debian: apt-get install pkg-config libssl-dev)'],
};

/** How to install those of these tools that are not on this machine. */
export function missing(tools) {
  const isThere = (trial) => spawnSync(trial, { shell: true, stdio: 'ignore' }).status === 0;
  return tools.filter((name) => !isThere(TOOLS[name][0])).map((name) => TOOLS[name][1]);
}

function tool(program, ...args) {
  run(program, args);
}

function run(program, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: Infinity,
    ...options,
  });
  if (status !== 0) refuse(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim(), `${program} failed.`);
}

function generate(language, folder) {
  const client = Object.hasOwn(CLIENTS, language) && CLIENTS[language];
  const languages = Object.keys(CLIENTS).join(', ');
  if (!client) refuse('Usage: npm run client -- <language> [--out DIR]', `The languages: ${languages}.`);
  const lacking = missing(client.needs);
  if (lacking.length > 0)
    refuse(`A client for ${language} is made by ${client.generator}.`, ...lacking.map((what) => `Install ${what}.`));
  const out = resolve(folder ?? join(root, 'dist/clients', language));
  if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, COPY)))
    refuse(`${out} is not empty, and no client was generated there before. Choose another with --out.`);
  mkdirSync(out, { recursive: true });
  mkdirSync(cache, { recursive: true });
  client.run(out);
  copyFileSync(contract, join(out, COPY));
  console.log(`The client for ${language} is in ${out}, made by ${client.generator}.`);
}

if (import.meta.main) {
  let given;
  try {
    given = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  } catch (error) {
    refuse(error.message);
  }
  generate(given.positionals[0], given.values.out);
}
