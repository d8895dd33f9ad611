import { describe, expect, test } from 'vitest'
import { type Endpoint, endpointsOf } from '../../src/merge/endpoints.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { collect } from '../sources/reading.ts'

function endpoints(settings: Settings) {
  return endpointsOf(collect({ settings }))
}

describe('endpoints by the rules of libpq', () => {
  test.each<[Settings, Endpoint[]]>([
    [{}, [{ host: 'localhost', port: 5432 }]],
    [{ host: 'a' }, [{ host: 'a', port: 5432 }]],
    [
      { host: 'a,b', port: 1 },
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 1 },
      ],
    ],
    [
      { host: ['a', 'b'], port: [1, 2] },
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    ],
    [
      { host: 'a,b', port: '1,' },
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 5432 },
      ],
    ],
    [
      { host: ',a' },
      [
        { host: 'localhost', port: 5432 },
        { host: 'a', port: 5432 },
      ],
    ],
    [{ host: 'a', hostaddr: '10.0.0.1' }, [{ host: 'a', address: '10.0.0.1', port: 5432 }]],
    [
      { host: 'a,b', hostaddr: '10.0.0.1,' },
      [
        { host: 'a', address: '10.0.0.1', port: 5432 },
        { host: 'b', port: 5432 },
      ],
    ],
    [{ host: '10.0.0.1', hostaddr: '10.0.0.1' }, [{ host: '10.0.0.1', port: 5432 }]],
    [{ hostaddr: '::1' }, [{ host: '::1', port: 5432, unnamed: true }]],
    [
      { host: '127.0.0.1', port: 6543, servername: 'db.internal' },
      [{ host: 'db.internal', address: '127.0.0.1', port: 6543 }],
    ],
    [{ host: '/tmp', port: 1 }, [{ host: '/tmp', port: 1, socketPath: '/tmp/.s.PGSQL.1' }]],
    [{ host: '@db' }, [{ host: '@db', port: 5432, socketPath: '\0db/.s.PGSQL.5432' }]],
    [{ host: '/tmp', hostaddr: '127.0.0.1' }, [{ host: '/tmp', address: '127.0.0.1', port: 5432 }]],
  ])('%j', (settings, expected) => {
    expect(endpoints(settings)).toEqual({ endpoints: expected, problems: [] })
  })
})

describe('lists that do not fit', () => {
  const long = `/${'x'.repeat(100)}`
  test.each<[Settings, string]>([
    [
      { host: 'a,b', port: '1,2,3' },
      '3 ports (from settings.port) for 2 hosts (from settings.host); give one port for all of them, or one for each',
    ],
    [{ port: '1,2' }, '2 ports (from settings.port) for 1 host; give one port for all of them, or one for each'],
    [
      { host: 'a,b', hostaddr: '::1' },
      '1 addresses (from settings.hostaddr) for 2 hosts (from settings.host); give one address for each host',
    ],
    [
      { hostaddr: 'db.internal' },
      'invalid hostaddr value "db.internal" (from settings.hostaddr); it must be an IP address: put a name in host',
    ],
    [{ port: 0 }, 'invalid port value "0" (from settings.port); it must be an integer from 1 to 65535'],
    [{ port: 65536 }, 'invalid port value "65536" (from settings.port); it must be an integer from 1 to 65535'],
    [{ port: '5432x' }, 'invalid port value "5432x" (from settings.port); it must be an integer from 1 to 65535'],
    [{ host: long }, `Unix-domain socket path "${long.slice(0, 60)}…" has 115 bytes; 107 is the most`],
  ])('%j', (settings, message) => {
    const { endpoints: none, problems } = endpoints(settings)
    expect(none).toEqual([])
    expect(problems.map((problem) => problem.message)).toEqual([message])
  })
})
