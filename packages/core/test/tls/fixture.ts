import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { Secret } from '../../src/text/secret.ts'
import type { Sourced } from '../../src/text/sourced.ts'
import type { FileMaterial } from '../../src/tls/file-material.ts'
import type { TlsMaterialSettings } from '../../src/tls/material.ts'
import { loadTlsMaterial } from '../../src/tls/shared-material.ts'

/** A folder for a test file, removed at its end. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'verifull-tls-'))

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true }))
  }

  /** Writes a file with mode 0600 by default; returns its path. */
  write(name: string, content: string | Buffer, mode = 0o600): string {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }
}

type Given = { readonly [Name in keyof TlsMaterialSettings]?: TlsMaterialSettings[Name] | string }

/** Settings in which a text is a value from a variable named after the parameter. */
function settings(given: Given = {}): TlsMaterialSettings {
  const sourced = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === 'string' && SOURCED.has(name) ? from(name, value) : value,
  ])
  return {
    sslcertmode: 'allow',
    minVersion: 'TLSv1.2',
    environment: {},
    rootsFallback: 'none',
    ...(Object.fromEntries(sourced) as Partial<TlsMaterialSettings>),
  }
}

const SOURCED = new Set(['sslrootcert', 'sslcrl', 'sslcrldir', 'sslcert', 'sslkey', 'sslpassword'])

function from(name: string, value: string): Sourced<string | Secret> {
  const source = `PG${name.toUpperCase()}`
  return { value: name === 'sslpassword' ? new Secret(value) : value, source }
}

export function load(given: Given = {}): FileMaterial {
  return loadTlsMaterial(settings(given))
}

/** Problems of loading; empty if there are none. */
export function problemsOf(given: Given): readonly string[] {
  try {
    load(given)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ message }) => message)
    throw error
  }
}
