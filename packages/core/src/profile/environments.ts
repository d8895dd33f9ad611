import { wrongArgument } from '../errors/argument.ts'
import type { Settings } from '../parameters/settings.ts'
import { POLICY_NAMES, type PolicyName } from '../policy/policies.ts'
import { propertiesOf, unreadable } from '../text/record.ts'
import { deferring } from './deferred.ts'

/** The configuration of one environment as an application writes it: options, or options and settings. */
export type EnvironmentBlock<Options> = Options | readonly [options: Options, settings?: Settings]

/** The configurations by environment; a function is called where its environment is used, and nowhere else. */
export type EnvironmentBlocks<Options> = Readonly<
  Record<string, EnvironmentBlock<Options> | (() => EnvironmentBlock<Options>)>
>

/**
 * Gives an object with a configuration for each environment, made when it is read for the first time.
 *
 * The policy of each is the one that its settings name, else the one of its key, else `production`.
 * One that is refused throws the refusal when it is used.
 *
 * @throws {@link ConfigurationError} where the blocks are no object.
 */
export function configurationsOf<Options, Config extends object>(
  blocks: EnvironmentBlocks<Options>,
  settings: Settings | undefined,
  secure: (options: Options, settings: Settings) => Config,
): Readonly<Record<string, Config>> {
  const unfit = unreadable(blocks, [])
  if (unfit) throw wrongArgument('secureConfigs', 'environments', `must be an object, ${unfit}`)
  const { all } = propertiesOf(blocks, [])
  const configurations = {}
  for (const name of Object.keys(all)) {
    let made: Config | undefined
    const make = () => deferring(true, () => secure(...argumentsOf<Options>(all[name], name, settings)))
    Object.defineProperty(configurations, name, {
      enumerable: true,
      get() {
        made ??= make()
        return made
      },
    })
  }
  return configurations
}

function argumentsOf<Options>(given: unknown, name: string, shared: Settings | undefined): [Options, Settings] {
  const block: unknown = typeof given === 'function' ? given() : given
  const [options, own] = (Array.isArray(block) ? block : [block]) as [Options, Settings?]
  const settings = { ...plain(shared, 'settings'), ...plain(own, `environments.${name}[1]`) }
  return [options, { ...settings, policy: withName(settings.policy, name) }]
}

function plain(settings: Settings | undefined, name: string): Settings {
  if (settings === undefined || settings === null) return {}
  const unfit = unreadable(settings, [])
  if (unfit) throw wrongArgument('secureConfigs', name, `must be an object, ${unfit}`)
  return propertiesOf(settings, []).all
}

function withName(policy: Settings['policy'], name: string): NonNullable<Settings['policy']> {
  const ofKey = isPolicyName(name) ? name : 'production'
  if (policy === undefined || policy === null) return ofKey
  return typeof policy === 'string' || unreadable(policy, []) ? policy : { use: ofKey, ...policy }
}

function isPolicyName(name: string): name is PolicyName {
  return (POLICY_NAMES as readonly string[]).includes(name)
}
