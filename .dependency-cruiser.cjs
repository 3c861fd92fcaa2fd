const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(src|config|migrations)/', pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^(src|config|migrations)/.*index\\.ts$' } },
    only('core-imports-only-itself', '^src/core/', '^src/core/', 'The policy is pure: decide() must run anywhere.'),
    {
      name: 'core-uses-only-crypto',
      severity: 'error',
      from: { path: '^src/core/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^src/core/', '^node:crypto$', '^crypto$', '^node_modules/jose/'] },
    },
    only('config-imports-nothing-of-src', '^config/', '^config/', 'Settings are read before anything else exists.'),
    only('migrations-stand-alone', '^migrations/', '^migrations/', 'A migration must not change when the source does.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
