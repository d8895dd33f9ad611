import type { Variables } from '../system/process-facts.ts'
import { type Store, wrongVariable } from './store.ts'

const FILE_VARIABLE =
  /^(FILE__(DB_PASS|DB_PASSWORD|DATABASE(_PRIMARY|_WRITE)?_URL)|(DB_PASS|DB_PASSWORD|DATABASE(_PRIMARY|_WRITE)?_URL)__?FILE|PGPASSFILE)$/

/** Variables and files, which are also read without being named as a store. */
export const VARIABLE_STORES: readonly Store[] = [
  {
    id: 'env',
    reads: 'the variable',
    variables: [{ name: 'DB_PASSWORD' }],
    fromVariables: () => undefined,
  },
  {
    id: 'file',
    reads: 'a file, again for each connection',
    variables: [{ name: 'DB_PASSWORD_FILE' }],
    fromVariables: requireFile,
  },
]

function requireFile(variables: Variables): undefined {
  if (Object.keys(variables).some((name) => variables[name] && FILE_VARIABLE.test(name))) return
  throw wrongVariable(
    'DB_PASSWORD_FILE',
    'SECRETS_BACKEND=file needs DB_PASSWORD_FILE; set it to the path of the file that holds the password',
  )
}
