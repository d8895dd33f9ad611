import { setTimeout } from 'node:timers/promises'
import { secureConfig } from '@verifull/pg'
import { Pool } from 'pg'

/** Workers that write orders, all the time. */
const WORKERS = 6
const PAUSE_MS = 20

/** An application of two pools. */
export class DemoApplication {
  readonly orders = new Pool(secureConfig({ max: 10 }))
  readonly reports = new Pool(secureConfig({ max: 4, connectionTimeoutMillis: 2500 }))
  /** Orders that were written. */
  written = 0
  /** Orders that could not be written. */
  failed = 0
  #isOver = false
  #work: Promise<unknown> = Promise.resolve()

  async start(): Promise<void> {
    await this.orders.query('create schema shop')
    await this.orders.query('create table shop.orders (at timestamptz default now())')
    await this.reports.query('select 1')
    this.#work = Promise.all(Array.from({ length: WORKERS }, () => this.#write()))
  }

  /** Runs reports that take long: 4 have a connection, and the others wait in vain. */
  async runReports(count: number, seconds: number): Promise<number> {
    const reports = Array.from({ length: count }, () => this.reports.query('select pg_sleep($1)', [seconds]))
    const ended = await Promise.allSettled(reports)
    return ended.filter(({ status }) => status === 'rejected').length
  }

  /** Resolves with the time at which more orders are written. */
  async hasWrittenMoreThan(count: number): Promise<number> {
    while (this.written <= count) await setTimeout(5)
    return performance.now()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#work
    await Promise.all([this.orders.end(), this.reports.end()])
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.orders.query('insert into shop.orders default values')
        this.written++
      } catch {
        this.failed++
      }
      await setTimeout(PAUSE_MS)
    }
  }
}
