import type { Cell } from '../cell.ts'
import { CONFIG, refused, TLS, TLS_SECOND } from '../outcome.ts'
import { type CellRow, cellsOf } from './row.ts'

const PRIMARY = { standby: 'f' }
const STANDBY = { standby: 't' }

const ATTRIBUTES: readonly CellRow[] = [
  {
    id: 'any/standby-first',
    title: 'target_session_attrs=any, hosts: standby, primary',
    target: { hosts: ['standby', 'primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'any' },
    expected: TLS,
    seen: STANDBY,
  },
  {
    id: 'read-write/standby-first',
    title: 'target_session_attrs=read-write, hosts: standby, primary',
    target: { hosts: ['standby', 'primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'read-write' },
    expected: TLS_SECOND,
    seen: PRIMARY,
  },
  {
    id: 'read-write/standby-only',
    title: 'target_session_attrs=read-write, hosts: standby',
    target: { hosts: ['standby'], role: 'scram_user' },
    parameters: { target_session_attrs: 'read-write' },
    expected: refused('session-attributes'),
  },
  {
    id: 'primary/standby-first',
    title: 'target_session_attrs=primary, hosts: standby, primary',
    target: { hosts: ['standby', 'primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'primary' },
    expected: TLS_SECOND,
    seen: PRIMARY,
  },
  {
    id: 'primary/standby-only',
    title: 'target_session_attrs=primary, hosts: standby',
    target: { hosts: ['standby'], role: 'scram_user' },
    parameters: { target_session_attrs: 'primary' },
    expected: refused('session-attributes'),
  },
  {
    id: 'standby/primary-first',
    title: 'target_session_attrs=standby, hosts: primary, standby',
    target: { hosts: ['primary', 'standby'], role: 'scram_user' },
    parameters: { target_session_attrs: 'standby' },
    expected: TLS_SECOND,
    seen: STANDBY,
  },
  {
    id: 'standby/primary-only',
    title: 'target_session_attrs=standby, hosts: primary',
    target: { hosts: ['primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'standby' },
    expected: refused('session-attributes'),
  },
  {
    id: 'read-only/primary-first',
    title: 'target_session_attrs=read-only, hosts: primary, standby',
    target: { hosts: ['primary', 'standby'], role: 'scram_user' },
    parameters: { target_session_attrs: 'read-only' },
    expected: TLS_SECOND,
    seen: STANDBY,
  },
  {
    id: 'read-only/primary-only',
    title: 'target_session_attrs=read-only, hosts: primary',
    target: { hosts: ['primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'read-only' },
    expected: refused('session-attributes'),
  },
  {
    id: 'prefer-standby/primary-first',
    title: 'target_session_attrs=prefer-standby, hosts: primary, standby',
    target: { hosts: ['primary', 'standby'], role: 'scram_user' },
    parameters: { target_session_attrs: 'prefer-standby' },
    expected: TLS_SECOND,
    seen: STANDBY,
  },
  {
    id: 'prefer-standby/primary-only',
    title: 'target_session_attrs=prefer-standby, hosts: primary',
    target: { hosts: ['primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'prefer-standby' },
    expected: TLS_SECOND,
    seen: PRIMARY,
  },
  {
    id: 'prefer-standby/standby-down',
    title: 'target_session_attrs=prefer-standby, hosts: primary, closed',
    target: { hosts: ['primary', 'closed'], role: 'scram_user' },
    parameters: { target_session_attrs: 'prefer-standby' },
    expected: TLS_SECOND,
    seen: PRIMARY,
  },
  {
    id: 'read_write/misspelt',
    title: 'target_session_attrs=read_write, hosts: primary',
    target: { hosts: ['primary'], role: 'scram_user' },
    parameters: { target_session_attrs: 'read_write' },
    expected: CONFIG,
  },
]

/** The role of the server among several: primary or standby. */
export const SESSION_ATTRIBUTE_CELLS: readonly Cell[] = cellsOf('VF-HOST-002', ATTRIBUTES, {
  parameters: { sslmode: 'require' },
  needs: ['severalHosts', 'sessionAttributes'],
})
