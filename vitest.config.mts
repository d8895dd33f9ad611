import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What the developer's own shell says about databases must not reach the tests.
for (const name of Object.keys(process.env)) {
  if (/^(PG|DB_|DATABASE_|VERIFULL_POLICY$)/.test(name)) delete process.env[name]
}

export default defineConfig({
  resolve: {
    // Tests run the sources, in one copy; packages/acceptance/test/consumers.test.ts covers what is built and packed.
    alias: [
      {
        find: /^@verifull\/(core|pg|typeorm|sequelize|knex)$/,
        replacement: join(import.meta.dirname, 'packages/$1/src/index.ts'),
      },
      { find: '@verifull/sequelize/v7', replacement: join(import.meta.dirname, 'packages/sequelize/src/v7.ts') },
      { find: /^@verifull\/test-harness$/, replacement: join(import.meta.dirname, 'test-harness/src/index.ts') },
    ],
  },
  test: {
    globalSetup: ['test-harness/test/start-of-run.ts'],
    include: ['packages/*/test/**/*.test.ts', 'test-harness/test/**/*.test.ts'],
    // Most tests wait for a server rather than for a core.
    maxWorkers: 2 * availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    allowOnly: !process.env.CI,
  },
})
