import { isLoopback } from '@verifull/core/diagnostics'

/** The place of a host: on this machine, beside it in a network of containers, elsewhere, or not told by the text. */
export type Reach = 'local' | 'beside' | 'remote' | 'unknown'

/** The reach of a host as a text names it. */
export function reachOf(host: string | undefined): Reach {
  if (host === undefined || host === '' || /[$<{%]/.test(host.replace(/%2f/gi, '/'))) {
    return host !== undefined && /localhost|127\.0\.0\.1/.test(host) ? 'local' : 'unknown'
  }
  if (/^(%2f|\/)/i.test(host) || isLoopback(host) || /^host\.docker\.internal$/i.test(host)) return 'local'
  return /[.:]/.test(host) ? 'remote' : 'beside'
}
