import { describe, expect, test } from 'vitest'
import type { ConnectionSeen, PostgresServer } from '../../src/postgres/server.ts'
import { eventsOf, notesOf } from '../../src/suite/run/trace.ts'

const server = { description: 'one' } as PostgresServer
const another = { description: 'another' } as PostgresServer
const remote = '127.0.0.1:40312'
const seen: ConnectionSeen = { pid: 1, remote, refused: { code: '28000', message: 'no entry' } }
const notes = notesOf([{ says: 'StartupMessage', seen: { server, remote } }])
const said = { by: 'client', text: 'connection 1: StartupMessage' }

describe('eventsOf, log entries', () => {
  test('the address of the connection → added', () => {
    expect(eventsOf(notes, new Map([[server, [seen]]]))).toEqual([
      said,
      { by: 'server', text: 'log: refused with 28000: no entry' },
    ])
  })

  test('an address used twice → left out', () => {
    expect(eventsOf(notes, new Map([[server, [seen, { ...seen, pid: 2 }]]]))).toEqual([said])
  })

  test('another address, or another server → left out', () => {
    expect(eventsOf(notes, new Map([[server, [{ ...seen, remote: '172.17.0.1:40312' }]]]))).toEqual([said])
    expect(eventsOf(notes, new Map([[another, [seen]]]))).toEqual([said])
  })

  test('a connection without messages → an event that says so', () => {
    expect(notesOf([{ says: '', seen: undefined }])).toEqual([{ by: 'client', text: 'connection 1: says nothing' }])
  })
})
