import { expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { choicesOf, remember } from '../../src/dial/endpoint-memory.ts'
import { tcp } from '../addresses/endpoints.ts'
import { MemoryNetwork, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

test('endpoint memory: a new endpoint → nothing', () => {
  expect(choicesOf('nowhere:1')).toEqual({})
})

test('endpoint memory: a connection → remembered by endpoint', async () => {
  const endpoints = [tcp('memory.test', 6543)]
  await dial(profileWith({ endpoints }), {}, undefined, new MemoryNetwork({ 'memory.test': open() }))
  expect(choicesOf('memory.test:6543')).toEqual({ group: undefined, mechanism: 'none', serverVersion: '18.1' })
})

test('endpoint memory: more than 256 endpoints → the least recently used is dropped', () => {
  for (let i = 0; i < 256; i++) remember(`many.test:${i}`, { mechanism: String(i) })
  remember('many.test:0', { mechanism: 'again' })
  remember('many.test:256', {})
  expect(choicesOf('many.test:0')).toEqual({ mechanism: 'again' })
  expect(choicesOf('many.test:1')).toEqual({})
  expect(choicesOf('many.test:2')).toEqual({ mechanism: '2' })
})
