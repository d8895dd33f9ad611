import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs the measurement in `apart/<name>.js` in a process of its own and gives its figures. */
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

/** The other end: takes the input, measures, and lets the process end. */
export function measureApart<Input>(measure: (input: Input) => Promise<unknown>): void {
  process.once('message', async (input: Input) => {
    const figures = await measure(input)
    process.send?.(figures, undefined, {}, () => process.disconnect())
  })
}
