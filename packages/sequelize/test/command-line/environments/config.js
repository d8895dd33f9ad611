// biome-ignore-all lint/style/noCommonJs: as sequelize init writes it
const { readFileSync } = require('node:fs')
const { secureConfigs } = require('@verifull/sequelize')
const { fetchSecret } = require('../fetch-secret.cjs')

module.exports = secureConfigs(
  {
    development: { seederStorage: 'sequelize' },
    production: () => ({
      use_env_variable: 'PRODUCTION_URL',
      dialectOptions: { ssl: { ca: readFileSync(String(process.env.PRODUCTION_CA)) } },
    }),
  },
  { secrets: fetchSecret },
)
