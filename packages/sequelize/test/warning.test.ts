import { PLAIN_SIGHT, warningsSeen } from '@verifull/test-harness'
import { describe, expect, test } from 'vitest'

/** Two instances, as applications make them. */
const APPLICATIONS = {
  'Sequelize 6': `import { Sequelize } from 'sequelize'; import { secureConfig } from '@verifull/sequelize';
    new Sequelize(secureConfig()); new Sequelize(secureConfig())`,
  'Sequelize 7': `import { Sequelize } from '@sequelize/core'; import { secureConfig } from '@verifull/sequelize/v7';
    new Sequelize(secureConfig()); new Sequelize(secureConfig())`,
}

describe.each(Object.entries(APPLICATIONS))(
  'the warning of a finding, in an application with %s',
  (_name, application) => {
    test('a password in a variable → printed on stderr, and given to listeners of the process, once', async () => {
      expect(await warningsSeen(__dirname, application)).toEqual({ printed: [PLAIN_SIGHT], heard: [PLAIN_SIGHT] })
    })

    test.each([{ VERIFULL_WARNINGS: 'off' }, { DB_PASSWORD: '' }])('%j → nothing', async (variables) => {
      expect(await warningsSeen(__dirname, application, variables)).toEqual({ printed: [], heard: [] })
    })
  },
)
