import { ConfigurationError, PolicyError, secureConfig } from '@verifull/pg'
import pg from 'pg'

/** Input of a user, right or wrong: the types would catch some of it, JavaScript and variables do not. */
export interface Written {
  /** Options of pg, or a connection string in their place. */
  readonly options?: string | object
  readonly settings?: object
  /** Variables beside `NODE_ENV=production`; nothing else of the environment is read. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A refused row of a table: the input, and the whole message. */
export type Refused = readonly [what: string, written: Written, message: string]

/** The configuration for what was written, as an application in production makes it. */
export function configured({ options = {}, settings = {}, environment = {} }: Written): pg.PoolConfig {
  return secureConfig(options as never, { environment: { NODE_ENV: 'production', ...environment }, ...settings })
}

/**
 * The message, without its notes, of the one error with which an application refuses to start; an error that is not ours, or that lists
 * something else than it holds as data, is passed on.
 */
export function objection(written: Written): string {
  try {
    new pg.Pool(configured(written))
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof PolicyError)) throw error
    const listed = error instanceof PolicyError ? error.findings : error.problems
    if (listed.every(({ message }) => error.message.includes(message))) {
      // The way to allow a rule follows; that has tests of its own.
      return error.message.replace(/\nnote: .*/s, '')
    }
    throw error
  }
  return 'the application starts'
}
