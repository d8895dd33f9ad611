import type { Diagnosis } from './diagnosis.ts'
import type { Examination } from './examination.ts'
import type { Examined } from './examined.ts'
import type { Place } from './place.ts'

/** Returns the remark on a server that is a standby in place of a primary, or the reverse. */
export function recoveryRemarks(
  { role, profile }: Pick<Examined, 'role' | 'profile'>,
  { host, port }: Place,
  inRecovery: boolean | undefined,
): readonly Diagnosis[] {
  const isPrimary = role === 'primary'
  if (inRecovery === undefined || inRecovery !== isPrimary || profile.targetSessionAttrs !== 'any') return []
  return [
    {
      code: isPrimary ? 'STANDBY' : 'NO_STANDBY',
      unreachable: false,
      ...(isPrimary
        ? {
            what: `${host}:${port} is a standby, where every write fails`,
            fix: 'set host to the primary or to all servers, with target_session_attrs=read-write (PGTARGETSESSIONATTRS)',
          }
        : {
            what: `${host}:${port} (${role}) is no standby: reads go to a server that accepts writes`,
            fix: 'set DB_READ_REPLICA_HOST to a standby, unless this is a subscriber of logical replication',
          }),
    },
  ]
}

/** Makes remarks of servers in another role than target_session_attrs demands, where another server of the list has it. */
export function withPassedOver(servers: readonly Examination[]): readonly Examination[] {
  return servers.map((seen) => {
    const { role, problems, remarks } = seen
    const isPassedOver = problems.length > 0 && problems.every(({ code }) => code === 'WRONG_ROLE')
    if (!isPassedOver || !servers.some((one) => one.role === role && one.login !== undefined)) return seen
    const told = problems.map((one) => ({ ...one, fix: 'nothing: another server of the list has the role' }))
    return { ...seen, problems: [], remarks: [...remarks, ...told] }
  })
}
