import { expect, test } from 'vitest'
import { cellsOf } from '../../../src/suite/cells/row.ts'
import { orStricter, PLAIN, refused, TLS } from '../../../src/suite/outcome.ts'

test('cellsOf: one outcome → one cell, with the defaults of the row', () => {
  expect(cellsOf('VF-SETT-002', [{ id: 'good', parameters: { sslmode: 'require' }, expected: TLS }])).toEqual([
    {
      id: 'VF-SETT-002/good',
      requirement: 'VF-SETT-002',
      title: 'sslmode=require',
      target: { role: 'trust_user' },
      parameters: { sslmode: 'require' },
      needs: [],
      libpq: TLS,
    },
  ])
})

test('cellsOf: an outcome for each mode → a cell for each, in order, with the messages of its own', () => {
  const prefer = { ...orStricter(PLAIN, refused('verify'), 'verification-is-final'), says: ['SSLRequest'] }
  const [first, second, ...more] = cellsOf('VF-WIRE-001', [
    { id: 'honest', title: 'all is well', expected: { prefer, require: TLS } },
  ])
  expect(more).toEqual([])
  expect(first).toMatchObject({ id: 'VF-WIRE-001/honest/prefer', parameters: { sslmode: 'prefer' }, ...prefer })
  expect(second).toMatchObject({ id: 'VF-WIRE-001/honest/require', title: 'sslmode=require, all is well', libpq: TLS })
  expect(second).not.toHaveProperty('says')
})

test('cellsOf: fields of the table → behind or before the row, whose own win', () => {
  const table = {
    subject: 'binding',
    across: 'channel_binding',
    target: { role: 'scram_user' },
    parameters: { sslmode: 'require', host: 'localhost' },
    needs: ['channelBinding'],
  } as const
  const expected = { require: refused('channel-binding') }
  const rows = [
    { id: 'own', title: 'own', target: { role: 'md5_user' }, parameters: { sslmode: 'disable' }, expected },
    { id: 'uri', uri: 'postgresql:///app', needs: ['uri'], expected: TLS },
  ] as const
  expect(cellsOf('VF-BIND-001', rows, table)).toMatchObject([
    {
      id: 'VF-BIND-001/own/require',
      title: 'binding: channel_binding=require, own',
      target: { role: 'md5_user' },
      parameters: { sslmode: 'disable', host: 'localhost', channel_binding: 'require' },
      needs: ['channelBinding'],
    },
    { title: 'binding: postgresql:///app', target: { role: 'scram_user' }, needs: ['channelBinding', 'uri'] },
  ])
})
