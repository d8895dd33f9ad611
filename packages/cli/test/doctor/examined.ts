import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterAll, expect } from 'vitest'
import { verifull } from '../run.ts'

/** Certificates that all tests of doctor share. */
export const HIERARCHY = await createHierarchy()

/** A password that no output may have in it. */
export const CANARY = 'canary-Zq7-never-shown'

const folder = mkdtempSync(join(tmpdir(), 'verifull-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a file with mode 0600 by default; returns its path. */
export function file(name: string, content: string | Buffer, mode = 0o600): string {
  const path = join(folder, name)
  rmSync(path, { force: true })
  writeFileSync(path, content, { mode })
  return path
}

/** Returns the variables of a login with a password at a server on this machine, and the given ones in their places. */
export function loginVariables(
  port: number,
  user: string,
  password: string,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    DB_HOST: 'localhost',
    DB_PORT: String(port),
    DB_NAME: 'app',
    DB_USER: user,
    DB_PASSWORD_FILE: file('password', password),
    DB_SSL_CA: HIERARCHY.root.certificate,
    ...given,
  }
}

/** One finding, or one thing that could not be checked, as a report has it. */
export interface Told {
  readonly rule?: string
  readonly severity?: string
  readonly what: string
  readonly fix?: string
  readonly why?: string
}

/** A report of doctor, as JSON. */
export interface DoctorReport {
  readonly code: number
  readonly findings: readonly Told[]
  readonly unchecked: readonly Told[]
  readonly servers: readonly {
    readonly role: string
    readonly name: string
    readonly provider?: { readonly name: string }
    readonly addresses: readonly {
      readonly address: string
      readonly tls?: { readonly protocol: string }
      readonly chain: readonly { readonly subject: string; readonly trusted: boolean; readonly daysLeft: number }[]
      readonly error?: string
    }[]
    readonly secret?: { readonly source: string; readonly version?: string; readonly user: string }
    readonly login?: {
      readonly user: string
      readonly method: string
      readonly channelBound: boolean
      readonly server?: { readonly role: { readonly superuser: boolean } }
    }
  }[]
}

/** Words with which verification would be turned off. */
const UNSAFE =
  /rejectUnauthorized|no-verify|NODE_TLS|uselibpqcompat|sslmode=(?:disable|allow|prefer|require|verify-ca)|ignore (?:the )?certificate/i

let bundles = 0

/** Runs `doctor` with these variables; none of `secrets` and no unsafe advice may be in anything that it writes. */
export async function doctor(
  environment: Readonly<Record<string, string>>,
  secrets: readonly string[] = [CANARY],
  timeout = 5,
): Promise<DoctorReport> {
  const bundle = join(folder, `bundle-${++bundles}.json`)
  const words = ['doctor', '--timeout', String(timeout), '--format', 'json', '--bundle', bundle]
  const { code, stdout, stderr } = await verifull(words, { environment: { NODE_ENV: 'production', ...environment } })
  const attached = readFileSync(bundle, 'utf8')
  expect(statSync(bundle).mode & 0o777).toBe(0o600)
  for (const text of [stdout, stderr, attached]) {
    for (const secret of secrets) expect(text).not.toContain(secret)
  }
  const report = JSON.parse(stdout) as Omit<DoctorReport, 'code'>
  expect(JSON.stringify(report.findings.map(({ fix }) => fix)) + JSON.stringify(report.unchecked)).not.toMatch(UNSAFE)
  return { ...report, code }
}

/** The cause that doctor must find, and the fix that it must give. */
export interface Expected {
  readonly code: string
  readonly what: RegExp
  readonly fix: RegExp
  /** True if nothing could be checked: exit code 3 instead of 1. */
  readonly unreachable?: true
}

/** Checks that a report has this cause and this fix, and blames nothing else. */
export function expectOnly({ code, findings, unchecked, servers }: DoctorReport, expected: Expected): void {
  const refused = findings.filter(({ severity }) => severity === 'refuse')
  if (expected.unreachable) {
    expect(refused).toEqual([])
    expect(unchecked).toEqual([{ what: expect.any(String), why: expect.any(String) }])
    expect(unchecked[0]?.why).toMatch(expected.what)
    expect(unchecked[0]?.why).toMatch(expected.fix)
  } else {
    expect(refused.map(({ rule }) => rule)).toEqual([expected.code])
    expect(refused[0]?.what).toMatch(expected.what)
    expect(refused[0]?.fix).toMatch(expected.fix)
    expect(unchecked).toEqual(servers.length > 0 ? [] : [{ what: 'the connection', why: expect.any(String) }])
  }
  expect(code).toBe(expected.unreachable ? 3 : 1)
}
