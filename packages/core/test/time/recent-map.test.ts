import { expect, test } from 'vitest'
import { RecentMap } from '../../src/time/recent-map.ts'

test('recent map: fewer entries than the most → all are kept', () => {
  const map = new RecentMap<string, number>(2)
  map.set('one', 1)
  map.set('two', 2)
  expect([map.get('one'), map.get('two'), map.get('three')]).toEqual([1, 2, undefined])
})

test('recent map: one entry more than the most → the one unused for longest is forgotten, reading is a use', () => {
  const map = new RecentMap<string, number>(2)
  map.set('one', 1)
  map.set('two', 2)
  map.get('one')
  map.set('three', 3)
  expect([map.get('one'), map.get('two'), map.get('three')]).toEqual([1, undefined, 3])
})

test('recent map: an entry is set again → its value is replaced and it counts as used', () => {
  const map = new RecentMap<string, number>(2)
  map.set('one', 1)
  map.set('two', 2)
  map.set('one', 10)
  map.set('three', 3)
  expect([map.get('one'), map.get('two')]).toEqual([10, undefined])
})

test('recent map: an entry is deleted → it leaves room', () => {
  const map = new RecentMap<string, number>(2)
  map.set('one', 1)
  map.set('two', 2)
  map.delete('two')
  map.set('three', 3)
  expect([map.get('one'), map.get('two'), map.get('three')]).toEqual([1, undefined, 3])
})
