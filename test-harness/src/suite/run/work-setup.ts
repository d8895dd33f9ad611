import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectionSeen } from '../../postgres/server.ts'
import type { Adapter } from '../adapter.ts'
import type { Work, WorkRequest } from '../work.ts'
import type { WorkCell, WorkStage } from '../work-cell.ts'
import { type CellSetup, setUpCell } from './cell-setup.ts'
import type { World } from './world.ts'

/** A {@link WorkStage} with the parts that only the suite uses. */
export interface WorkSetup extends WorkStage, Pick<CellSetup, 'words' | 'clean' | 'connections'> {
  /** Waits until the adapter has closed everything; rejects with the remaining sessions. */
  allGone(): Promise<void>
  /** All sessions that the server has admitted to the database. */
  sessions(): Promise<readonly ConnectionSeen[]>
  end(): Promise<void>
}

const POOL_SIZE = 5
const PATIENCE_MS = 5000
const VERIFIED = { sslmode: 'verify-full', sslrootcert: '{root}' }

const TABLES = `create table item (id integer primary key, name text not null unique);
  create table author (id serial primary key, name text not null);
  create table book (id serial primary key, title text not null, author_id integer not null references author)`

/** Prepares a piece of work: a database with empty tables, owned by the user. */
export async function setUpWork(cell: WorkCell, adapter: Adapter, work: Work, world: World): Promise<WorkSetup> {
  const { primary } = world
  const database = `work_${randomBytes(6).toString('hex')}`
  await primary.sql(`create database ${database} owner ${cell.target.role}`)
  await primary.sql(`set role ${cell.target.role}; ${TABLES}`, database)
  const parameters = { ...VERIFIED, dbname: database }
  const stage = await setUpCell({ target: cell.target, parameters }, world, adapter)
  const request: WorkRequest = { ...stage.request, poolSize: POOL_SIZE }
  const ask = async (question: string): Promise<string> => {
    const [row = {}] = await primary.sql(question, database)
    return String(Object.values(row)[0])
  }
  const until = async (question: string, wanted: string): Promise<void> => {
    for (const end = Date.now() + PATIENCE_MS; ; await pause(10)) {
      const answer = await ask(question)
      if (answer === wanted) return
      if (Date.now() > end)
        throw new Error(`after ${PATIENCE_MS} ms the server still answers ${answer} to: ${question}`)
    }
  }
  let opened: Promise<unknown> | undefined
  let closed: Promise<unknown> | undefined
  return {
    request,
    // The presence of the operations is checked before a cell is run.
    work: work as WorkSetup['work'],
    open() {
      opened ??= (async () => work.open(request))()
      return opened
    },
    async close() {
      closed ??= opened?.then((handle) => work.close(handle))
      await closed
    },
    sql: (text) => primary.sql(text, database),
    async answers(question, wanted) {
      const answer = await ask(question)
      if (answer !== wanted) throw new Error(`the server answers ${answer} and not ${wanted} to: ${question}`)
    },
    until,
    async allGone() {
      await until(`select count(*) from pg_stat_activity where ${CLIENTS}`, '0')
      for (const end = Date.now() + PATIENCE_MS; stage.open() !== 0; await pause(5)) {
        if (Date.now() > end) throw new Error(`the process still holds ${stage.open()} sockets`)
      }
    },
    sessions: async () =>
      (await primary.connectionsSeen()).filter(({ authorized }) => authorized?.database === database),
    end: () => stage.close(),
    words: [...stage.words, `work: a database of its own, ${POOL_SIZE} sessions at most`],
    clean: stage.clean,
    connections: stage.connections,
  }
}

/** The sessions of the cell's database, without the superuser's. */
const CLIENTS = "datname = current_database() and usename <> 'postgres' and backend_type = 'client backend'"
