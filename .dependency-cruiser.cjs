// Who may import whom (design.md 1). A test plants violations and expects this file to refuse them.
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-is-pure',
      severity: 'error',
      from: { path: '^shared/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^shared/|(^|/)node_modules/(zod|yaml)/' },
    },
    {
      name: 'shared-no-node-core',
      severity: 'error',
      from: { path: '^shared/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-only-shared',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|e2e|bench|scripts)/' },
    },
    {
      name: 'renderer-no-node-core',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '[.]test[.]' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cross-feature',
      comment: 'A feature never imports another; app/ composes them.',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'renderer-floors',
      comment: 'ui, lib and stores know no features, and nobody but app/ knows app/.',
      severity: 'error',
      from: { path: '^renderer/(ui|lib|stores)/' },
      to: { path: '^renderer/(features|app)/' },
    },
    {
      name: 'features-not-app',
      severity: 'error',
      from: { path: '^renderer/features/' },
      to: { path: '^renderer/app/' },
    },
    {
      name: 'ui-no-domain',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^(renderer/(stores|features)|shared/(vms|api|layers|images|jobs))/' },
    },
    {
      name: 'electron-insides',
      comment: 'host, main, preload and cli meet in shared/api and in electron/link only.',
      severity: 'error',
      from: { path: '^electron/(host|main|preload|cli)/' },
      to: { path: '^electron/', pathNot: '^electron/($1|link|host/testing)/' },
    },
    {
      name: 'link-knows-nobody',
      severity: 'error',
      from: { path: '^electron/link/' },
      to: { path: '^electron/(host|main|preload|cli)/' },
    },
    {
      name: 'host-without-electron',
      severity: 'error',
      from: { path: '^electron/(host|cli|link)/' },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'one-place-spawns',
      comment:
        'Programs are run in platform/run-program; the machine and the host’s starter hand descriptors on and need spawn itself.',
      severity: 'error',
      from: {
        path: '^electron/',
        pathNot:
          '^electron/(host/platform/(run-program|program-group|start-viewer)|host/vms/machine-process|host/networks/helper-process|link/host-link)|/testing/|[.](it|slow)[.]test[.]ts$',
      },
      to: { path: '^(node:)?child_process$|node_modules/execa/' },
    },
    {
      name: 'tests-not-in-product',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/', pathNot: '[.]test[.]tsx?$|/testing/' },
      to: { path: '/testing/|[.]test[.]|^e2e/' },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.depcruise.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'] },
    extraExtensionsToScan: ['.css'],
  },
};
