import { expect, test } from 'vitest'
import { complaintsOf, type SoakClient } from '../../src/chaos/soak-run.ts'
import { renderSoak } from '../../src/report/soak-table.ts'
import { SOAKED } from './runs.ts'

const MIB = 2 ** 20
const [CLIENT] = SOAKED.clients as [SoakClient]
const footprintsOf = (change: (at: number) => object) =>
  CLIENT.footprints.map((footprint, at) => ({ ...footprint, ...change(at) }))

test('soak: nothing lost, unexplained or growing → no complaint', () => {
  expect(complaintsOf(SOAKED)).toEqual([])
  expect(renderSoak(SOAKED)).toMatch(/\nnothing to complain about$/)
  expect(
    renderSoak(SOAKED)
      .split('\n')
      .filter((line) => line.length > 80),
  ).toEqual([])
})

test('soak: one footprint far from the others → no complaint', () => {
  const footprints = footprintsOf((at) => (at === 3 ? { heap: 200 * MIB, sockets: 40 } : {}))
  expect(complaintsOf({ ...SOAKED, clients: [{ ...CLIENT, footprints }] })).toEqual([])
})

test.each<[complaint: string, change: object]>([
  ['no write was acknowledged', { done: 0 }],
  ['2 checkouts failed', { failedCheckouts: 2 }],
  ['no fault explains 3 × 42P01 no such table', { unexplained: { '42P01 no such table': 3 } }],
  ['its process ended 1 time', { exits: 1 }],
  ['it hung', { isHung: true }],
  ['4 connections are left read-only', { readOnly: 4 }],
  ['the heap grows by 7.0 MiB', { footprints: footprintsOf((at) => ({ heap: (20 + at) * MIB })) }],
  ['handles grow by 7', { footprints: footprintsOf((at) => ({ handles: 17 + at })) }],
  ['sockets grow by 7', { footprints: footprintsOf((at) => ({ sockets: 5 + at })) }],
])('soak: a client, %s → a complaint', (complaint, change) => {
  const soaked = { ...SOAKED, clients: [{ ...CLIENT, ...change }] }
  expect(complaintsOf(soaked)).toEqual([`good client: ${complaint}`])
  expect(renderSoak(soaked).split('\n').slice(-2)).toEqual([`  good client: ${complaint}`, '1 complaint'])
})

test.each<[complaint: string, change: object]>([
  ['1 acknowledged write is lost', { lost: 1 }],
  ['2 writes are doubled', { doubled: 2 }],
  ['sessions grow by 7', { sessions: [3, 3, 4, 5, 6, 7, 8, 9] }],
  ['26 sessions, and 10 places in the pools', { sessions: [5, 5, 5, 5, 26, 5, 5, 5] }],
  ['1 session is left after the end', { sessionsLeft: 1 }],
])('soak: %s → a complaint', (complaint, change) => {
  const clients = [CLIENT, { ...CLIENT, client: 'other client' }]
  expect(complaintsOf({ ...SOAKED, clients, ...change })).toEqual([complaint])
})
