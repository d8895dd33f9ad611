import type { Spelling } from './option-spelling.ts'

const MADE_BELOW = 'the connection is made below the driver'
const TUNNEL = `${MADE_BELOW}; through a tunnel or a proxy, say host and hostaddr`
const OTHERS = `${MADE_BELOW}, and nobody else makes it; remove it`

/**
 * The options by which connectors of clouds, wrappers and other drivers lead a connection their own way, and what to
 * write instead.
 */
export const FOREIGN_CONNECTION: Spelling = {
  stream: { refused: TUNNEL },
  socket: { refused: TUNNEL },
  socketPath: { refused: `${MADE_BELOW}; for a Unix-domain socket, give its folder as host` },
  lookup: { refused: `${MADE_BELOW}; for an address of your own, say hostaddr beside host` },
  getConnection: { refused: OTHERS },
  createConnection: { refused: OTHERS },
  authPlugins: {
    refused: 'the login is made below the driver; give a token as password function or in settings.secrets',
  },
  secureContext: { refused: `${MADE_BELOW}; use ssl.ca, ssl.cert and ssl.key, from which one is made and shared` },
}
