import { homedir, userInfo } from 'node:os'
import { bare } from '../text/record.ts'
import { processVariables, type Variables } from './process-facts.ts'

/** The environment that settings are read from. */
export interface Environment {
  readonly variables: Variables
  /** Folder of `.pgpass`, `.pg_service.conf` and `.postgresql/`; absent means that none of them is read. */
  readonly home?: string
  /** The operating system's name of the user, which is libpq's default for `user`. */
  readonly user?: string
  /** Folder in which a `.env` file is expected; absent if the variables are not the process's own. */
  readonly workingDirectory?: string
}

/**
 * Returns the process's environment, or one of the given variables alone: its home directory is their `HOME`, and it
 * has no system user.
 */
export function environmentOf(given?: Variables): Environment {
  if (!given) {
    return bare({
      variables: inherited() ? bare(processVariables()) : processVariables(),
      ...fromSystem('home', homedir),
      ...fromSystem('user', () => userInfo().username),
      ...fromSystem('workingDirectory', () => process.cwd()),
    })
  }
  const variables = texts(given)
  return bare({ variables, ...(variables.HOME && { home: variables.HOME }) })
}

/**
 * True if Object.prototype was extended, which gives properties to every object, the variables of the process among
 * them.
 */
function inherited(): boolean {
  return Object.keys(Object.prototype).length > 0
}

/** Converts values to text as `process.env` does. */
function texts(given: Readonly<Record<string, unknown>>): Variables {
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  return bare(Object.fromEntries(set.map(([name, value]) => [name, String(value)])))
}

/**
 * Calls a function of the system that may throw: the first two do without an entry for the user, as in containers that
 * run under any uid, the last one in a folder that was removed.
 */
function fromSystem<Key extends string>(key: Key, ask: () => string): { [K in Key]?: string } {
  try {
    return { [key]: ask() } as { [K in Key]?: string }
  } catch {
    return {}
  }
}
