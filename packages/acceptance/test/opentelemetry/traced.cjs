// An application of CommonJS modules.
const { runAll } = require('./cases.cjs')

runAll({
  pg: require('pg'),
  typeorm: require('typeorm'),
  sequelize: require('sequelize'),
  knex: require('knex'),
  verifull: {
    pg: require('@verifull/pg'),
    typeorm: require('@verifull/typeorm'),
    sequelize: require('@verifull/sequelize'),
    knex: require('@verifull/knex'),
  },
})
