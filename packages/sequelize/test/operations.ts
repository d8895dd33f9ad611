import { QueryTypes, type Sequelize } from 'sequelize'
import { rowsOf, type Version } from './versions.ts'

type Operation = (db: Sequelize) => unknown

/** Defines what the operations work on, and makes its tables anew. */
export async function prepare(db: Sequelize, { INTEGER, STRING, DATE, JSONB, ENUM, ARRAY, BIGINT }: Version['types']) {
  const harbour = db.define('harbour', { name: { type: STRING, unique: true, validate: { len: [2, 20] } } }, PLAIN)
  const ship = db.define(
    'ship',
    {
      name: { type: STRING, allowNull: false },
      kind: ENUM('sail', 'steam'),
      built: DATE,
      crew: ARRAY(INTEGER),
      log: JSONB,
      tons: BIGINT,
    },
    { ...PLAIN, version: true },
  )
  harbour.hasMany(ship, { as: 'ships', foreignKey: 'harbourId' })
  await db.sync({ force: true })
}

const PLAIN = { freezeTableName: true, timestamps: false }
const VASA = {
  name: 'Vasa',
  kind: 'sail',
  built: new Date(0),
  crew: [1, 2],
  log: { sunk: true },
  tons: '9007199254740993',
}

const harbours = (db: Sequelize) => db.model('harbour')
const ships = (db: Sequelize) => db.model('ship')

/** Everyday operations of an application, with their results. */
export const RESULTS: Readonly<Record<string, Operation>> = {
  'a row with its relations': async (db) => {
    const made = await harbours(db).create({ name: 'Stockholm', ships: [VASA] }, { include: ['ships'] })
    const found = await harbours(db).findByPk(made.get('id') as number, { include: ['ships'] })
    return [made.get({ plain: true }), found?.get({ plain: true })]
  },
  'many rows': (db) => harbours(db).bulkCreate([{ name: 'Kiel' }, { name: 'Bergen' }], { returning: true }),
  'an upsert': (db) => harbours(db).upsert({ id: 1, name: 'Göteborg' }),
  'an update': (db) => harbours(db).update({ name: 'Oslo' }, { where: { name: 'Bergen' }, returning: true }),
  'a count': (db) => ships(db).count({ where: { kind: 'sail' } }),
  'a raw query': (db) => db.query("select 1 as one, now() > '2020-01-01' as later, array[1,2] as list, 8::int8 as big"),
  'a raw update': (db) => db.query("update harbour set name = 'Bremen' where id = 2", { type: QueryTypes.UPDATE }),
  'a query with replacements': (db) =>
    db.query('select :name as name', { replacements: { name: "O'Hara" }, type: QueryTypes.SELECT }),
  'the columns of a table': (db) => db.getQueryInterface().describeTable('ship'),
  'a transaction that is given up': async (db) => {
    const given = db.transaction(async (transaction) => {
      await harbours(db).create({ name: 'nowhere' }, { transaction })
      throw new RangeError('given up')
    })
    return [await given.catch(String), await harbours(db).count({ where: { name: 'nowhere' } })]
  },
  'a row that is removed': (db) => harbours(db).destroy({ where: { name: 'Kiel' } }),
}

/** Everyday failures. */
export const FAILURES: Readonly<Record<string, Operation>> = {
  'a value that is there already': (db) => harbours(db).bulkCreate([{ name: 'Riga' }, { name: 'Riga' }]),
  'a reference to nothing': (db) => ships(db).create({ name: 'Titanic', harbourId: 404 }),
  'a table that is still referred to': (db) => rowsOf(db, 'drop table harbour'),
  'a value that the model refuses': (db) => harbours(db).create({ name: 'x' }),
  'a value that is missing': (db) => ships(db).create({ kind: 'steam' }),
  'null, as the server refuses it': (db) => rowsOf(db, 'insert into ship (name) values (null)'),
  'no such value of an enumeration': (db) => rowsOf(db, "insert into ship (name, kind) values ('Nautilus', 'nuclear')"),
  'a syntax error': (db) => rowsOf(db, 'selec 1'),
  'no such table': (db) => rowsOf(db, 'select * from nothing'),
  'no such column': (db) => ships(db).findAll({ attributes: ['nothing'] }),
  'a stale version': async (db) => {
    const [one, other] = await Promise.all([ships(db).findOne(), ships(db).findOne()])
    await one?.update({ name: 'Wasa' })
    await other?.update({ name: 'Kronan' })
  },
  'a row that is not there': (db) => ships(db).findByPk(404, { rejectOnEmpty: true }),
  'a transaction that has failed already': (db) =>
    db.transaction(async (transaction) => {
      await db.query('select 1/0', { transaction }).catch(() => {})
      await db.query('select 1', { transaction })
    }),
  'a lock that is not to be had': (db) =>
    db.transaction(async (transaction) => {
      await db.query('lock table ship', { transaction })
      await db.query("set lock_timeout = '50ms'; lock table ship", { transaction: null })
    }),
  'a statement that takes too long': (db) => db.query("set statement_timeout = '50ms'; select pg_sleep(5)"),
  // The last one: without Verifull the next statement gets the same dead session.
  'a session that the server ends': (db) => rowsOf(db, 'select pg_terminate_backend(pg_backend_pid())'),
}
