import { homedir, userInfo } from 'node:os'
import { bare } from '../text/record.ts'
import { processVariables, type Variables } from './process-facts.ts'

/** What the surroundings of the process say. */
export interface Environment {
  readonly variables: Variables
  /** Where `.pgpass`, `.pg_service.conf` and `.postgresql/` are looked for; nowhere where it is absent. */
  readonly home?: string
  /** The operating system's name of the user, libpq's default for `user`. */
  readonly user?: string
  /** Where a `.env` file would be; absent where the variables are not the process's own. */
  readonly workingDirectory?: string
}

/** The real environment, or the given variables and nothing else: no home directory but their `HOME`, no system user. */
export function environmentOf(given?: Variables): Environment {
  if (!given) {
    return bare({
      variables: inherited() ? bare(processVariables()) : processVariables(),
      ...asked('home', homedir),
      ...asked('user', () => userInfo().username),
      ...asked('workingDirectory', () => process.cwd()),
    })
  }
  const variables = texts(given)
  return bare({ variables, ...(variables.HOME && { home: variables.HOME }) })
}

/** Whether somebody has given every object properties, the variables of the process among them. */
function inherited(): boolean {
  return Object.keys(Object.prototype).length > 0
}

/** As `process.env` makes a text of whatever it is given. */
function texts(given: Readonly<Record<string, unknown>>): Variables {
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  return bare(Object.fromEntries(set.map(([name, value]) => [name, String(value)])))
}

/** The first two throw where the system knows no such user, as in containers that run under any uid, the last in a folder that is gone. */
function asked<Key extends string>(key: Key, ask: () => string): { [K in Key]?: string } {
  try {
    return { [key]: ask() } as { [K in Key]?: string }
  } catch {
    return {}
  }
}
