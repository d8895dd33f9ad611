import type { Environment } from '../system/environment.ts'
import { findVariable, textOf } from '../system/environment-variable.ts'
import { parseConnectionString } from './connection-string.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { replicaNamed, replicaOf } from './replica.ts'

/** Reads the replica in `DATABASE_READ_URL` or `DATABASE_REPLICA_URL`. */
export function readReplicaUrl({ variables }: Environment): Layer {
  const draft = new LayerDraft('url')
  const found = findVariable(variables, ['DATABASE_READ_URL', 'DATABASE_REPLICA_URL'], draft, 'replicas')
  const text = found && textOf(found, draft, 'url')
  if (!text) return draft
  const url = { value: parseConnectionString(text.value, text.source), source: text.source }
  draft.replicas = { value: [replicaOf(text.source, new LayerDraft('url'), url)], source: text.source }
  return draft
}

/**
 * Reads the replicas in `DB_READ_REPLICA_HOST`, hosts with commas, and `DB_READ_REPLICA_PORT`, one for all or one for
 * each.
 */
export function readReplicaHosts({ variables }: Environment, draft: LayerDraft): void {
  const found = findVariable(variables, ['DB_READ_REPLICA_HOST'], draft, 'replicas')
  const foundPort = findVariable(variables, ['DB_READ_REPLICA_PORT'], draft, 'replicas')
  const hosts = found && textOf(found, draft, 'replicas')
  const port = foundPort && textOf(foundPort, draft, 'replicas')
  if (port && !found) {
    draft.problem('replicas', `${port.source} is set, and DB_READ_REPLICA_HOST is not; name the hosts, or unset it`)
  }
  if (!hosts) return
  const ports = port?.value.split(',') ?? []
  const names = hosts.value.split(',')
  if (ports.length > 1 && ports.length !== names.length) {
    const counts = `${ports.length} ports (from ${port?.source}) for ${names.length} replicas (from ${hosts.source})`
    draft.problem('replicas', `${counts}; give one port for all of them, or one for each`)
    return
  }
  const replicas = names.map((name, index) => {
    const own = new LayerDraft('DB_*')
    own.set('port', ports[ports.length === 1 ? 0 : index]?.trim() ?? '', port?.source ?? '')
    const replica = replicaNamed(name, hosts.source, 'DB_*')
    return { ...replica, layers: [...replica.layers, own] }
  })
  draft.replicas = { value: replicas, source: hosts.source }
}
