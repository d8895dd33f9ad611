import { describe, expect, test } from 'vitest'
import { explain, type Spelling } from '../../src/adapter.ts'
import { PRIMARY, replicasOf, SEQUELIZE, TYPEORM } from './replicas-reading.ts'

describe('replication option of an ORM', () => {
  const { host: _, ...settings } = PRIMARY

  test.each<[string, object, Spelling]>([
    [
      'TypeORM',
      {
        replication: {
          master: { host: 'primary.test' },
          slaves: [{ host: 'one.test' }, { host: 'two.test', port: 7 }],
        },
      },
      TYPEORM,
    ],
    [
      'Sequelize',
      { replication: { write: { host: 'primary.test' }, read: [{ host: 'one.test' }, { host: 'two.test', port: 7 }] } },
      SEQUELIZE,
    ],
    [
      'URLs',
      {
        replication: {
          master: 'postgres://primary.test',
          slaves: ['postgres://one.test', { url: 'postgres://two.test:7' }],
        },
      },
      TYPEORM,
    ],
    ['no primary in it', { host: 'primary.test', replication: { slaves: ['one.test', 'two.test:7'] } }, TYPEORM],
    [
      'a frozen one',
      Object.freeze({
        replication: Object.freeze({
          master: Object.freeze({ host: 'primary.test' }),
          slaves: Object.freeze([Object.freeze({ host: 'one.test' }), 'two.test:7']),
        }),
      }),
      TYPEORM,
    ],
  ])('%s', (_what, options, spelling) => {
    const { primary, places, problems } = replicasOf(settings, options, spelling)
    expect({ primary, problems }).toEqual({ primary: 'primary.test', problems: [] })
    expect(places.map(([place]) => place)).toEqual(['one.test 5432', 'two.test 7'])
  })

  test('one replica without a list → used', () => {
    const options = { replication: { write: { host: 'primary.test' }, read: { host: 'one.test' } } }
    expect(replicasOf(settings, options, SEQUELIZE)).toEqual({
      primary: 'primary.test',
      places: [['one.test 5432', 'option replication.read']],
      problems: [],
    })
  })

  test('a port beside the block → for entries without one, as in Sequelize', () => {
    const options = {
      port: 6000,
      replication: {
        write: { host: 'primary.test' },
        read: [{ host: 'one.test' }, { host: 'two.test', port: 7 }, { url: 'postgres://three.test' }],
      },
    }
    const { endpoints, replicas } = explain({
      settings: { ...settings, environment: {} },
      options,
      spelling: SEQUELIZE,
    })
    expect([...endpoints, ...replicas.flatMap((replica) => replica.endpoints)].map(({ port }) => port)).toEqual([
      6000, 6000, 7, 5432,
    ])
  })

  test('the primary’s port in the block → for the primary alone', () => {
    const options = { replication: { master: { host: 'primary.test', port: 6000 }, slaves: [{ host: 'one.test' }] } }
    expect(replicasOf(settings, options).places).toEqual([['one.test 5432', 'option replication.slaves[0]']])
  })

  test('settings.replicas beside it → they win', () => {
    const options = { replication: { master: { host: 'primary.test' }, slaves: [{ host: 'one.test' }] } }
    expect(replicasOf({ ...settings, replicas: ['two.test'] }, options)).toEqual({
      primary: 'primary.test',
      places: [['two.test 5432', 'settings.replicas[0]']],
      problems: [],
    })
  })

  test.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['false', false],
    ['empty', {}],
    ['without replicas', { slaves: [] }],
  ])('%s → ignored', (_what, replication) => {
    expect(replicasOf(PRIMARY, { replication })).toEqual({ primary: 'primary.test', places: [], problems: [] })
  })

  test.each<[string, object, string[]]>([
    ['a number', { replication: 5 }, ['option replication must be an object with master and slaves, not a number']],
    [
      'numbers in it',
      { replication: { master: 5, slaves: [6] } },
      [
        'option replication.master must be an object or a connection string, not a number',
        'replica 1 (from option replication.slaves[0]): option replication.slaves[0] must be an object or a connection string, not a number',
      ],
    ],
    [
      'a function in it',
      { replication: { slaves: () => [] } },
      [
        'replica 1 (from option replication.slaves): option replication.slaves must be an object or a connection string, not a function',
      ],
    ],
  ])('%s → refused', (_what, options, messages) => {
    expect(replicasOf({ ...settings, password: undefined }, { host: undefined, ...options }).problems).toEqual(messages)
  })

  test.each<[string, object]>([
    ['another host beside the block', { host: 'other.test', replication: { master: { host: 'primary.test' } } }],
    ['another hostaddr beside it', { hostaddr: '10.0.0.9', replication: { master: { host: 'primary.test' } } }],
    [
      'another host in a URL beside it',
      { url: 'postgres://other.test:6000', replication: { master: { host: 'primary.test' } } },
    ],
    [
      'another URL beside it',
      { url: 'postgres://other.test', replication: { master: { url: 'postgres://primary.test' } } },
    ],
    ['the same URL', { url: 'postgres://primary.test', replication: { master: { url: 'postgres://primary.test' } } }],
    ['a host beside its URL', { host: 'other.test', replication: { master: { url: 'postgres://primary.test' } } }],
    [
      'another password beside it',
      { password: 'CANARY-1', replication: { master: { host: 'primary.test', password: 'CANARY-2' } } },
    ],
  ])('%s: what the block says of the primary → overrules it, as in the ORMs', (_what, options) => {
    expect(replicasOf({ ...settings, password: undefined }, { host: undefined, ...options })).toEqual({
      primary: 'primary.test',
      places: [],
      problems: [],
    })
  })
})
