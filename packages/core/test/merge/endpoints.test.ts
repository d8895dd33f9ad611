import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../src/addresses/endpoint.ts'
import { endpointsOf } from '../../src/merge/endpoints.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { socket, tcp } from '../addresses/endpoints.ts'
import { collect } from '../sources/reading.ts'

function endpoints(settings: Settings) {
  return endpointsOf(collect({ settings }))
}

describe('endpoints: lists, as in libpq', () => {
  test.each<[Settings, Endpoint[]]>([
    [{}, [tcp('localhost', 5432)]],
    [{ host: 'a' }, [tcp('a', 5432)]],
    [{ host: 'a,b', port: 1 }, [tcp('a', 1), tcp('b', 1)]],
    [{ host: ['a', 'b'], port: [1, 2] }, [tcp('a', 1), tcp('b', 2)]],
    [{ host: 'a,b', port: '1,' }, [tcp('a', 1), tcp('b', 5432)]],
    [{ host: ',a' }, [tcp('localhost', 5432), tcp('a', 5432)]],
    [{ host: 'a', hostaddr: '10.0.0.1' }, [tcp('a', 5432, '10.0.0.1')]],
    [{ host: 'a,b', hostaddr: '10.0.0.1,' }, [tcp('a', 5432, '10.0.0.1'), tcp('b', 5432)]],
    [{ host: '10.0.0.1', hostaddr: '10.0.0.1' }, [tcp('10.0.0.1', 5432)]],
    [{ hostaddr: '::1' }, [{ ...tcp('::1'), isNamed: false }]],
    [{ hostaddr: '::1', servername: 'db.internal' }, [tcp('db.internal', 5432, '::1')]],
    [{ secrets: async () => ({ password: 'x' }) }, [{ kind: 'in-secret', port: undefined }]],
    [{ port: 6432, secrets: async () => ({ password: 'x' }) }, [{ kind: 'in-secret', port: 6432 }]],
    [{ host: 'a', secrets: async () => ({ password: 'x' }) }, [tcp('a')]],
    [{ host: '127.0.0.1', port: 6543, servername: 'db.internal' }, [tcp('db.internal', 6543, '127.0.0.1')]],
    [{ host: '/tmp', port: 1 }, [socket('/tmp', 1, '/tmp/.s.PGSQL.1')]],
    [{ host: '@db' }, [socket('@db', 5432, '\0db/.s.PGSQL.5432')]],
    [{ host: '/tmp', hostaddr: '127.0.0.1' }, [tcp('/tmp', 5432, '127.0.0.1')]],
  ])('%j', (settings, expected) => {
    expect(endpoints(settings)).toEqual({ endpoints: expected, problems: [] })
  })
})

describe('endpoints: lists of different lengths → refused', () => {
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
