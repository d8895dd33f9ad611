// biome-ignore-all lint/style/noCommonJs: as sequelize init writes it
const { secureConfig } = require('@verifull/sequelize')
const { fetchSecret } = require('../fetch-secret.cjs')

module.exports = secureConfig({}, { secrets: fetchSecret })
