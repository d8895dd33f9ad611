import { explain, type Settings, type Spelling } from '../../src/adapter.ts'

export const PRIMARY = {
  host: 'primary.test',
  user: 'app',
  password: 'kahGh2-eiYo9',
  policy: 'production',
} satisfies Settings
const ENTRY: Spelling = { url: 'url', host: 'host', port: 'port', username: 'user', password: 'password', ssl: 'ssl' }
/** The parts of TypeORM's and Sequelize's spelling that these tests need. */
export const TYPEORM: Spelling = {
  ...ENTRY,
  replication: { replication: { primary: 'master', replicas: 'slaves', entry: ENTRY } },
}
export const SEQUELIZE: Spelling = {
  ...ENTRY,
  replication: { replication: { primary: 'write', replicas: 'read', entry: ENTRY } },
}

/** The replicas' addresses, and the problems. */
export function replicasOf(settings: object, options: object = {}, spelling: Spelling = TYPEORM) {
  const { endpoints, replicas, problems } = explain({
    settings: { environment: {}, ...settings } as Settings,
    options,
    spelling,
  })
  const places = replicas.map(({ endpoints: at, source }) => [
    at.map(({ host, address, port }) => [host, ...(address ? [address] : []), port].join(' ')).join(', '),
    source,
  ])
  return { primary: endpoints[0]?.host, places, problems: problems.map(({ message }) => message) }
}
