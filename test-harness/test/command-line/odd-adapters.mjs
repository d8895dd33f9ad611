// Started by the program under test, as a stranger's module: clients that misbehave where no TLS is wanted.
import { good } from './good-adapter.mjs'

const odd = (name, misbehave) => ({
  ...good,
  name,
  async connect(request) {
    if (request.parameters.sslmode === 'disable') await misbehave()
    return good.connect(request)
  },
})

export const ending = odd('ending', () => process.exit(3))
export const silent = odd('silent', () => new Promise(() => undefined))
export const throwing = odd('throwing', () => {
  setImmediate(() => {
    throw new Error('thrown where nobody catches')
  })
})
