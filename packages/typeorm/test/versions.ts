import { join } from 'node:path'
import * as typeorm from 'typeorm'
import { version as newest } from 'typeorm/package.json'
import * as typeorm03 from 'typeorm-0.3'
import { version as older } from 'typeorm-0.3/package.json'

/** One line of TypeORM; both are used by the types of the newer one. */
export interface Version {
  readonly name: string
  readonly typeorm: typeof typeorm
  /** The suite's program that must end by itself. */
  readonly exit: string
}

export const VERSIONS: readonly Version[] = [
  { name: `TypeORM ${newest}`, typeorm, exit: join(import.meta.dirname, 'exit/typeorm.mjs') },
  {
    name: `TypeORM ${older}`,
    typeorm: typeorm03 as unknown as typeof typeorm,
    exit: join(import.meta.dirname, 'exit/typeorm-0.3.mjs'),
  },
]
