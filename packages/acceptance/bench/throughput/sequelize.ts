import { DataTypes, Op, type Options, Sequelize } from 'sequelize'
import { CHECKOUT_MS, CONNECTIONS, type Library, type Reader } from './library.ts'

const pool = { max: CONNECTIONS, acquire: CHECKOUT_MS }

/** Sequelize's models. */
export const sequelizeLibrary: Library = {
  name: 'Sequelize',
  plain: async ({ user: username, ssl, ...destination }) =>
    readerOf({ dialect: 'postgres', ...destination, username, dialectOptions: { ssl }, logging: false, pool }),
  secure: async (settings) => {
    const { secureConfig } = await import('@verifull/sequelize')
    return readerOf(secureConfig({ logging: false, pool }, settings))
  },
}

function readerOf(options: Options): Reader {
  const sequelize = new Sequelize(options)
  const columns = { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.TEXT }
  const items = sequelize.define('Item', columns, { tableName: 'bench_item', timestamps: false })
  return {
    read: (count) => items.findAll({ where: { id: { [Op.lte]: count } } }),
    close: () => sequelize.close(),
  }
}
