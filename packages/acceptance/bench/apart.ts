import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs `apart/<name>.js` in a process of its own and resolves with the figures that it measured. */
export async function apart<Figures>(name: string, input: unknown, flags: readonly string[] = []): Promise<Figures> {
  const child = fork(join(__dirname, 'apart', `${name}.js`), [], { execArgv: [...flags], env: {} })
  const ended = once(child, 'exit')
  child.send(input as object)
  const figures = await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`the measurement "${name}" ended with code ${code}`)
    }),
  ])
  await ended
  return figures[0] as Figures
}

/** The entry point of such a process: takes the input, sends the figures back, and disconnects. */
export function measureApart<Input>(measure: (input: Input) => Promise<unknown>): void {
  process.once('message', async (input: Input) => {
    const figures = await measure(input)
    process.send?.(figures, undefined, {}, () => process.disconnect())
  })
}
