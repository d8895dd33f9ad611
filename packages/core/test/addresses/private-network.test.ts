import { describe, expect, test } from 'vitest'
import { isPrivateAddress, isPrivateName } from '../../src/addresses/private-network.ts'

const PRIVATE = [
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  'fd00::1',
  'fe80::1%eth0',
  '::ffff:10.0.0.1',
]
const PUBLIC = [
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '11.0.0.1',
  '127.0.0.1',
  '::1',
  '2001:db8::1',
  '::ffff:8.8.8.8',
  'db',
]

describe('isPrivateAddress', () => {
  test.each(PRIVATE)('%s → true', (address) => expect(isPrivateAddress(address)).toBe(true))
  test.each(PUBLIC)('%s → false', (address) => expect(isPrivateAddress(address)).toBe(false))
})

describe('isPrivateName', () => {
  test.each([
    'db',
    'postgres',
    'postgres-1',
    'my_db',
    'DB',
    'db.',
    'host.docker.internal',
    'db.ci.svc.cluster.local',
    'db.lan',
    '10.0.0.1',
    '[fd00::1]',
  ])('%s → true', (name) => expect(isPrivateName(name)).toBe(true))
  test.each([
    'db.example',
    'db.example.com',
    'orders.rds.amazonaws.com',
    'db.internal.example.com',
    'localhost.example',
    '8.8.8.8',
    '2130706433',
    '134744072',
    'host of the secret',
    '',
    '/run',
  ])('%s → false', (name) => expect(isPrivateName(name)).toBe(false))
})
