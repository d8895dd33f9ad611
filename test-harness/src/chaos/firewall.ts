import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Drops this share (0 to 1) of the packets from and to a TCP port of this network namespace while `during` runs. */
export async function dropping(port: number, share: number, during: () => Promise<unknown>): Promise<void> {
  const chance = share === 1 ? [] : ['-m', 'statistic', '--mode', 'random', '--probability', String(share)]
  const rules = ['--dport', '--sport'].map((side) => [
    'INPUT',
    '-p',
    'tcp',
    side,
    String(port),
    ...chance,
    '-j',
    'DROP',
  ])
  for (const rule of rules) await execute('iptables', ['-w', '-A', ...rule])
  try {
    await during()
  } finally {
    for (const rule of rules) await execute('iptables', ['-w', '-D', ...rule])
  }
}
