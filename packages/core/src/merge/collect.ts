import type { Spelling } from '../parameters/option-spelling.ts'
import type { Settings } from '../parameters/settings.ts'
import { readDatabaseUrl, readDbVariables } from '../sources/db-variables.ts'
import type { Layer } from '../sources/layer.ts'
import { type Options, readOptions } from '../sources/options.ts'
import { readDefaults, readPgVariables } from '../sources/pg-variables.ts'
import { layersOf } from '../sources/replica.ts'
import { readReplicaUrl } from '../sources/replica-variables.ts'
import { readService } from '../sources/service-file.ts'
import { environmentIn, readSettings } from '../sources/settings-argument.ts'
import { type Environment, environmentOf } from '../system/environment.ts'
import { bare } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'
import { chooseReplicas } from './choose-replicas.ts'
import { type Merged, mergeLayers } from './merge.ts'
import type { Shadowed } from './shadowed.ts'

/** The sources of settings. */
export interface Sources {
  /** Settings in code, the strongest source. */
  readonly settings?: Settings | undefined
  /** Options of a driver or an ORM, or a connection string in their place. */
  readonly options?: object | string | undefined
  /** Spelling of the options. Default: pg's. */
  readonly spelling?: Spelling
}

/** All layers merged, and the options that remain for the driver. */
export interface Collected {
  readonly merged: Merged
  /** The merged layers of each replica, with the place that names it. */
  readonly replicas: readonly Sourced<Merged>[]
  readonly rest: Options
  readonly environment: Environment
}

/**
 * Reads every source of settings, strongest first, and merges them. It never throws: problems are in `merged.problems`.
 */
export function collectLayers({ settings: given, options, spelling }: Sources): Collected {
  const settings = given ?? {}
  const environment = environmentOf(environmentIn(settings))
  const argument = readSettings(settings)
  const driver = readOptions(options ?? {}, spelling)
  const databaseUrl = readDatabaseUrl(environment)
  const database = readDbVariables(environment)
  const urls = [argument.url, driver.url, databaseUrl].filter((url) => url !== undefined)
  const [url] = urls
  const explicit = [
    argument.layer,
    ...(argument.url ? [argument.url.value] : []),
    driver.layer,
    ...(url && !argument.url ? [url.value] : []),
    readReplicaUrl(environment),
    database,
  ]
  const variables = readPgVariables(environment)
  const service = [...explicit, variables].flatMap((layer) => layer.values.service ?? [])[0]
  const named = service ? [readService({ ...service, value: String(service.value) }, environment)] : []
  const layers = [...explicit, ...named, variables, readDefaults(environment)]
  const merged = mergeLayers(layers)
  const { replicas, shadowed } = chooseReplicas(layers, [...(databaseUrl ? [databaseUrl.value] : []), database])
  return {
    merged: bare<Merged>({ ...merged, shadowed: [...unread(urls), ...shadowed, ...merged.shadowed] }),
    replicas: replicas.map((replica) => ({ value: mergeLayers(layersOf(replica, layers)), source: replica.source })),
    rest: driver.rest,
    environment,
  }
}

/**
 * Returns the URLs that are not read: only the strongest is, as the password of one must not go to the host of another.
 */
function unread([url, ...others]: readonly Sourced<Layer>[]): readonly Shadowed[] {
  return others.map(({ source }) => ({ parameter: 'url', value: '[url]', source, by: url?.source ?? '' }))
}
