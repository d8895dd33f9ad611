import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Adapter, type AdapterDefinition, defineAdapter } from '../suite/adapter.ts'

/**
 * Loads the adapters that a module exports, by name or as default, from ESM or CommonJS.
 *
 * @throws Error if the module does not exist, fails to load, or exports no adapter.
 */
export async function loadAdapters(specifier: string): Promise<readonly Adapter[]> {
  const { names, values } = await exportsOf(specifier)
  const definitions = values.filter(isAdapter)
  if (definitions.length > 0) return definitions.map(defineAdapter)
  const what = names.length === 0 ? 'nothing' : `only ${names.join(', ')}`
  throw new Error(
    `adapter module ${specifier} exports no adapter, ${what}; export what defineAdapter({ name, capabilities, connect }) gives`,
  )
}

/**
 * The exports of a module by name, with the default export, from ESM or CommonJS; arrays by element.
 *
 * @throws Error if the module does not exist or fails to load.
 */
export async function exportsOf(specifier: string): Promise<{ names: readonly string[]; values: readonly unknown[] }> {
  const { href } = pathToFileURL(find(specifier))
  const exported: Readonly<Record<string, unknown>> = await import(href).catch((cause: unknown) => {
    throw new Error(`adapter module ${specifier} failed: ${cause instanceof Error ? cause.message : cause}`, { cause })
  })
  // Exports of a CommonJS module are properties of its default export too.
  const whole = exported.default
  const inside = typeof whole === 'object' && whole !== null && !('name' in whole) ? Object.values(whole) : []
  const names = Object.keys(exported).filter((name) => name !== 'module.exports')
  return { names, values: [...new Set([...Object.values(exported), ...inside].flat())] }
}

function find(specifier: string): string {
  const path = resolve(specifier)
  if (existsSync(path)) return path
  try {
    return createRequire(resolve('here')).resolve(specifier)
  } catch (cause) {
    throw new Error(`adapter module ${specifier} not found: no such file, and no such package in this folder`, {
      cause,
    })
  }
}

function isAdapter(value: unknown): value is AdapterDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'capabilities' in value &&
    typeof value.capabilities === 'object' &&
    'connect' in value &&
    typeof value.connect === 'function'
  )
}
