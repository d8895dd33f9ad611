import { isIP } from 'node:net'
import { bare } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Layer, LayerName, Replica } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { isUrl, parseUrl } from './url.ts'

/** Makes a replica of an entry and the URL in it. */
export function replicaOf(source: string, layer: Layer, url?: Sourced<Layer>): Replica {
  const layers = [layer, ...(url ? [url.value] : [])]
  const draft = new LayerDraft(layer.name)
  const service = layers.flatMap(({ values }) => values.service ?? [])[0]
  const isPlaced = layers.some(({ values, problems }) => values.host ?? values.hostaddr ?? problems[0])
  if (service) draft.problem('service', `service (from ${service.source}) cannot be given for a replica; give its host`)
  else if (!isPlaced) draft.problem('replicas', "no host is given; a replica never has the primary's")
  return { source, layers: [...layers, draft] }
}

/** Reads a replica that is given as text: a host, `host:port`, an IPv6 address in brackets, or a URL. */
export function replicaNamed(text: string, source: string, name: LayerName): Replica {
  const draft = new LayerDraft(name)
  const trimmed = text.trim()
  if (isUrl(trimmed)) {
    return replicaOf(source, draft, { value: parseUrl(trimmed, source), source })
  }
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]@/=]*))(?::(\d+))?$/.exec(trimmed) ?? []
  const host = bracketed === undefined ? plain : isIP(bracketed) === 6 ? bracketed : undefined
  if (trimmed.includes(',')) {
    draft.problem('replicas', 'these are several hosts; give each as an entry of its own')
  } else if (host === undefined && !/^[@/]/.test(trimmed) && isIP(trimmed) === 0) {
    draft.problem('replicas', 'this is neither a host nor host:port nor a postgresql:// URL')
  } else {
    draft.set('host', host ?? trimmed, source)
    draft.set('port', port ?? '', source)
  }
  return replicaOf(source, draft)
}

/**
 * Returns the layers of a replica, strongest first: its own, then the primary's without the server and
 * `target_session_attrs`. A password of its own replaces the primary's.
 */
export function layersOf({ layers }: Replica, primary: readonly Layer[]): readonly Layer[] {
  const ownPassword = layers.some(({ passwords }) => passwords.length > 0)
  return [...layers, ...primary.map((layer) => inherited(layer, ownPassword))]
}

function inherited(layer: Layer, ownPassword: boolean): Layer {
  const { host, hostaddr, port, target_session_attrs, ...values } = layer.values
  const { servername, replicas, ...others } = layer
  return bare<Layer>({ ...others, values: bare(values), ...(ownPassword && { passwords: [] }) })
}
