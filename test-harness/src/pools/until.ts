import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the condition holds. @throws AssertionError after the limit, in ms; the message has the condition. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 5000): Promise<void> {
  const limit = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > limit) {
      throw new assert.AssertionError({ message: `not so within ${limitMs / 1000} s: ${holds}` })
    }
    await sleep(20)
  }
}
