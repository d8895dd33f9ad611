import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Variables of the developer's own shell that the packages, the stores' clients or Node obey: they must not reach the tests. */
const OBEYED =
  /^(FILE__)?(PG|DB_|DATABASE_|POSTGRES|TYPEORM_|SECRETS?_|VAULT_|AWS_|VERIFULL_(POLICY|ALLOW|WARNINGS)$|NODE_(EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|PG_FORCE_NATIVE)$|DOTENV_CONFIG_)/i
for (const name of Object.keys(process.env)) {
  if (OBEYED.test(name)) delete process.env[name]
}

export default defineConfig({
  resolve: {
    // Tests run the sources, in one copy; packages/acceptance/test/consumers.test.ts covers what is built and packed.
    alias: [
      {
        find: /^@verifull\/(?!test-harness)([a-z]+)$/,
        replacement: join(import.meta.dirname, 'packages/$1/src/index.ts'),
      },
      {
        find: /^@verifull\/(?!test-harness)([a-z]+)\/([a-z0-9-]+)$/,
        replacement: join(import.meta.dirname, 'packages/$1/src/$2.ts'),
      },
      {
        find: /^@verifull\/test-harness\/(fixtures|secret-stores)$/,
        replacement: join(import.meta.dirname, 'test-harness/src/$1.ts'),
      },
      { find: /^@verifull\/test-harness$/, replacement: join(import.meta.dirname, 'test-harness/src/index.ts') },
    ],
  },
  test: {
    globalSetup: ['test-harness/test/start-of-run.ts'],
    setupFiles: ['test-harness/test/printed-warnings.ts'],
    include: ['packages/*/test/**/*.test.ts', 'test-harness/test/**/*.test.ts'],
    // Most tests wait for a server rather than for a core.
    maxWorkers: 2 * availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    allowOnly: !process.env.CI,
  },
})
