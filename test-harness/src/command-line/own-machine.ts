import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** Variable of the program that runs there. */
const INSIDE = 'VERIFULL_CHAOS_INSIDE'
/** Programs that faults of the machine take. */
const PROGRAMS = [
  ['ip', '-V'],
  ['iptables', '--version'],
  ['mount', '--version'],
] as const

/** True if this process has a network and mounts of its own, in which it may do harm. */
export function isOnOwnMachine(): boolean {
  return process.env[INSIDE] === '1'
}

/**
 * Runs this program again with a network and mounts of its own, whose only interface is the loopback: firewall rules
 * and disks are seen by nobody else, and are gone with it.
 *
 * @returns its exit code; undefined where that is not possible, or done already.
 */
export async function onOwnMachine(): Promise<number | undefined> {
  if (isOnOwnMachine() || !isPossible()) return undefined
  const again = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath, ...process.execArgv]
  const child = spawn('unshare', ['--net', '--mount', ...again, ...process.argv.slice(1)], {
    env: { ...process.env, [INSIDE]: '1' },
    // The channel tells it when this process ends.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  const [code] = await once(child, 'exit')
  return typeof code === 'number' ? code : 2
}

/** Ends this process with the one that started it in {@link onOwnMachine}. */
export function endWithStarter(): void {
  if (!isOnOwnMachine()) return
  process.once('disconnect', () => process.exit(2))
  process.channel?.unref()
}

function isPossible(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if (spawnSync('unshare', ['--net', '--mount', 'true']).status !== 0) return false
  return PROGRAMS.every(([program, question]) => spawnSync(program, [question]).status === 0)
}
