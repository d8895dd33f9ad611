// biome-ignore-all lint/style/noCommonJs: as sequelize init writes it
const { secureConfig } = require('@verifull/sequelize')
const { fetchSecret: secrets } = require('../fetch-secret.cjs')

module.exports = {
  development: secureConfig({ seederStorage: 'sequelize' }, { secrets, policy: 'development' }),
  production: secureConfig(
    { use_env_variable: 'PRODUCTION_URL' },
    { secrets, policy: 'production', sslrootcert: process.env.PRODUCTION_CA ?? '/etc/production/ca.crt' },
  ),
}
