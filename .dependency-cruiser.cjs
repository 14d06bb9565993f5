/** Which way imports run; docs/decisions and CONTRIBUTING.md say why. */
const contract = '^openapi/(events|generated/)';
const adapters = '^api/store/(?!log-store|neighbours|room-index)';
const doors = '^api/chat/(chat[.]controller|stream[.]controller|chat[.]gateway)[.]ts$';

/** Files of ours below `from` import nothing of ours but what `to` allows. */
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(api|openapi|web|test|scripts)/', pathNot: to },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // What is built may not be there yet.
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^[./]*/dist/' } },

    {
      name: 'domain-is-pure',
      comment: 'No framework, no platform: of the packages only tr46, which knows Unicode.',
      severity: 'error',
      from: { path: '^api/domain/' },
      to: { pathNot: ['^api/domain/', 'node_modules/tr46/'] },
    },
    only('store-imports-domain', '^api/store/', '^api/(store|domain)/'),
    only('realtime-imports-domain', '^api/realtime/', '^api/(realtime|domain)/', contract),
    only('edge-imports-realtime', '^api/edge/', '^api/(edge|realtime|domain)/', '^api/root[.]ts$', contract),
    only(
      'chat-imports-the-port',
      '^api/chat/',
      '^api/(chat|edge|realtime|domain)/',
      '^api/store/(log-store|neighbours|room-index)[.]ts$',
      contract,
    ),
    {
      name: 'doors-do-not-know-each-other',
      severity: 'error',
      from: { path: doors },
      to: { path: [doors, '^api/store/'] },
    },
    {
      name: 'only-the-composition-root-chooses-adapters',
      severity: 'error',
      from: { path: '^api/', pathNot: ['^api/app[.]module[.]ts$', '^api/store/'] },
      to: { path: adapters },
    },
    {
      name: 'sides-do-not-mix',
      severity: 'error',
      from: { path: '^(api|openapi)/' },
      to: { path: '^(web|test|scripts)/' },
    },
    {
      name: 'page-does-not-know-the-server',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(api|test|scripts)/' },
    },
    {
      name: 'page-reaches-the-server-through-data',
      severity: 'error',
      from: { path: '^web/src/', pathNot: '^web/src/data/' },
      to: { path: ['^openapi/', 'node_modules/(socket[.]io-client|openapi-fetch)/'] },
    },
    {
      name: 'client-stands-alone',
      comment: 'It runs in Node as well: no Angular, nothing of the page.',
      severity: 'error',
      from: { path: '^web/src/data/client/' },
      to: { pathNot: ['^web/src/data/client/', contract, 'node_modules/(openapi-fetch|socket[.]io-client)/'] },
    },
    {
      name: 'client-has-one-door',
      severity: 'error',
      from: { path: '^(web|test)/', pathNot: ['^web/src/data/client/', '^test/web/'] },
      to: { path: '^web/src/data/client/', pathNot: '^web/src/data/client/index[.]ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The second imports what it is generated for.
    exclude: { path: '^(dist|test/clients/typescript-fetch)/' },
    // A type is knowledge too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
