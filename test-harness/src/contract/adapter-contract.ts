import { type ArgumentsChapter, argumentsContract } from './arguments.ts'
import type { ContractBinding } from './binding.ts'
import { type DeadlineChapter, deadlineContract } from './deadline.ts'
import { type ForeignOptionsChapter, foreignOptionsContract } from './foreign-options.ts'
import { type ObstaclesChapter, obstaclesContract } from './obstacles.ts'
import { type OverrideChapter, overrideContract } from './override.ts'
import { type ProcessChapter, processContract } from './process.ts'
import { type ReplicationChapter, replicationContract } from './replication.ts'
import type { Runner } from './runner.ts'
import { type WarningChapter, warningContract } from './warning.ts'

/** An adapter, bound to the contract; a chapter that is left out is not checked. */
export interface AdapterContract<Db, Both = unknown> extends ContractBinding<Db> {
  readonly arguments?: ArgumentsChapter
  readonly deadline?: DeadlineChapter<Db>
  readonly foreignOptions?: ForeignOptionsChapter
  readonly obstacles?: ObstaclesChapter<Db>
  readonly override?: OverrideChapter
  readonly process?: ProcessChapter
  readonly replication?: ReplicationChapter<Both>
  readonly warning?: WarningChapter
}

/**
 * Registers the tests that every adapter of an ORM passes: what is laid over its configuration, how connects end in time,
 * wrong arguments, options of other drivers, errors compared with the library's own, processes, replication, warnings.
 *
 * @example
 * import * as vitest from 'vitest'
 * adapterContract({ name: 'Knex 3.1.0', sources: { secureConfig, explain, resolveProfile, attestationOf }, make: knex, … }, vitest)
 */
export function adapterContract<Db, Both>(contract: AdapterContract<Db, Both>, runner: Runner): void {
  const { name, sources } = contract
  const chapter = <C>(title: string, given: C | undefined, register: (given: C) => void): void => {
    if (given !== undefined) runner.describe(`${name}, ${title}`, () => register(given))
  }
  chapter('override', contract.override, (given) => overrideContract(contract, given, runner))
  chapter('deadline', contract.deadline, (given) => deadlineContract(contract, given, runner))
  chapter('arguments', contract.arguments, (given) => argumentsContract(contract, given, runner))
  chapter('foreign options', contract.foreignOptions, (given) => foreignOptionsContract(sources, given, runner))
  chapter('obstacles', contract.obstacles, (given) => obstaclesContract(contract, given, runner))
  chapter('process', contract.process, (given) => processContract(given, runner))
  chapter('replication', contract.replication, (given) => replicationContract(sources, given, runner))
  chapter('warning', contract.warning, (given) => warningContract(given, runner))
}
