// biome-ignore-all lint/style/noCommonJs: as sequelize init writes it
const { secureConfig } = require('@verifull/sequelize')
const { fetchSecret } = require('../fetch-secret.cjs')

module.exports = {
  development: { dialect: 'sqlite', storage: ':memory:' },
  production: secureConfig({ use_env_variable: 'SHOP_URL', seederStorage: 'sequelize' }, { secrets: fetchSecret }),
}
