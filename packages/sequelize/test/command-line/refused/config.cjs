const { secureConfig } = require('@verifull/sequelize')

module.exports = secureConfig({ dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } })
