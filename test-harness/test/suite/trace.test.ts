import { describe, expect, test } from 'vitest'
import type { ConnectionSeen, PostgresServer } from '../../src/postgres/server.ts'
import { eventsOf, notesOf } from '../../src/suite/run/trace.ts'

const server = { description: 'one' } as PostgresServer
const another = { description: 'another' } as PostgresServer
const remote = '127.0.0.1:40312'
const seen: ConnectionSeen = { pid: 1, remote, refused: { code: '28000', message: 'no entry' } }
const notes = notesOf([{ says: 'StartupMessage', seen: { server, remote } }])
const said = { by: 'client', text: 'connection 1: StartupMessage' }

describe('what a log tells belongs to a cell', () => {
  test('where the address is that of its connection', () => {
    expect(eventsOf(notes, new Map([[server, [seen]]]))).toEqual([
      said,
      { by: 'server', text: 'log: refused with 28000: no entry' },
    ])
  })

  test('and is left out where the address was used twice', () => {
    expect(eventsOf(notes, new Map([[server, [seen, { ...seen, pid: 2 }]]]))).toEqual([said])
  })

  test('and is left out where the server knows the client by another address, or is another one', () => {
    expect(eventsOf(notes, new Map([[server, [{ ...seen, remote: '172.17.0.1:40312' }]]]))).toEqual([said])
    expect(eventsOf(notes, new Map([[another, [seen]]]))).toEqual([said])
  })

  test('a connection that says nothing says so', () => {
    expect(notesOf([{ says: '', seen: undefined }])).toEqual([{ by: 'client', text: 'connection 1: says nothing' }])
  })
})
