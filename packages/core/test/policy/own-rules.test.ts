import { describe, expect, expectTypeOf, test } from 'vitest'
import { PolicyError } from '../../src/errors/policy-error.ts'
import { explain, type OwnRule, resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import type { Facts } from '../../src/policy/facts.ts'
import { choosePolicy, evaluate } from '../../src/policy/policy.ts'
import { tlsOf } from '../profile/doors.ts'
import { factsWith } from './facts.ts'

const CANARY = 'kahGh2-eiYo9'

const NAMED = {
  id: 'own-named-app',
  needs: 'settings',
  severity: { development: 'note', staging: 'warn', strict: 'refuse' },
  why: 'a test',
  check: ({ remoteHosts }) => remoteHosts.map((host) => ({ what: `host ${host}`, fix: 'use another' })),
} as const satisfies OwnRule

function settingsWith(rules: unknown, changes: Settings['policy'] = {}): Settings {
  const policy = { use: 'strict', rules: rules as readonly OwnRule[], ...(changes as object) } as const
  return { host: 'db.example', user: 'app', policy, environment: {} }
}

const problemsOf = (rules: unknown) =>
  explain({ settings: settingsWith(rules) }).problems.map(({ parameter, message }) => `${parameter}: ${message}`)

/** Returns the findings of a rule whose check does something else. */
function judged(check: unknown) {
  return explain({ settings: settingsWith([{ ...NAMED, check }]) }).findings.filter(({ rule }) => rule === NAMED.id)
}

describe('policy.rules', () => {
  test('a rule of the application: broken → graded by the policy, with its id; kept → nothing', () => {
    const message = 'host db.example:5432 is refused by policy strict (rule own-named-app); use another'
    expect(() => resolveProfile({ settings: settingsWith([NAMED]) })).toThrow(PolicyError)
    expect(() => resolveProfile({ settings: settingsWith([NAMED]) })).toThrow(message)
    const warned = explain({ settings: settingsWith([NAMED], { use: 'production' }) })
    expect(warned.accepted).toBe(true)
    expect(warned.findings).toMatchObject([{ rule: 'own-named-app', severity: 'warn' }])
    const kept = explain({ settings: { ...settingsWith([NAMED]), host: 'localhost' } })
    expect([kept.accepted, kept.findings]).toEqual([true, []])
  })

  test.each([
    ['policy.allow', { allow: { 'own-named-app': 'until May' } }, {}],
    ['VERIFULL_ALLOW', {}, { VERIFULL_ALLOW: 'own-named-app: until May' }],
  ])('a rule that is allowed in %s → a warning with the reason', (_what, allow, environment) => {
    const { accepted, findings } = explain({ settings: { ...settingsWith([NAMED], allow), environment } })
    expect(accepted).toBe(true)
    const own = findings.filter(({ rule }) => rule === NAMED.id)
    expect(own).toMatchObject([{ severity: 'warn', allowedBecause: 'until May' }])
  })

  test('a rule that cannot be allowed, and one that does not exist → problems', () => {
    const fixed = { ...NAMED, relaxable: false }
    const allow = { 'own-named-app': 'no', 'own-other': 'no' }
    expect(explain({ settings: settingsWith([fixed], { allow }) }).problems).toMatchObject([
      { message: 'policy.allow["own-named-app"] cannot be relaxed; a test' },
      { message: expect.stringMatching(/^policy\.allow\["own-other"\] is no rule; /) },
    ])
  })

  test.each<[string, unknown, string]>([
    [
      'throws',
      () => {
        throw new TypeError(CANARY)
      },
      'failed with TypeError',
    ],
    [
      'throws no error',
      () => {
        throw CANARY
      },
      'failed with a string',
    ],
    ['returns nothing', () => {}, 'returned undefined, not an array of violations'],
    ['returns true', () => true, 'returned a boolean, not an array of violations'],
    ['is asynchronous', async () => [], 'returned a promise, not an array of violations'],
    [
      'rejects',
      async () => {
        throw new Error(CANARY)
      },
      'returned a promise, not an array of violations',
    ],
    ['returns texts', () => ['wrong'], 'returned a violation without what and fix as strings'],
    ['returns null among violations', () => [null], 'returned a violation without what and fix as strings'],
    [
      'returns a list that fails',
      () => [
        {
          get what() {
            throw new Error(CANARY)
          },
        },
      ],
      'failed with Error',
    ],
  ])('a check that %s → breaks its rule, and its error is not quoted', (_what, check, reason) => {
    const what = `the check of rule own-named-app, which ${reason}`
    expect(judged(check)).toMatchObject([{ severity: 'refuse', what }])
    expect(JSON.stringify(judged(check))).not.toContain(CANARY)
    expect(judged(() => [])).toEqual([])
  })

  test('controls in a violation → escaped', () => {
    expect(judged(() => [{ what: 'a\u001b[2Jb', fix: 'c\nd' }])).toMatchObject([{ what: 'a\\x1b[2Jb', fix: 'c\\x0ad' }])
  })

  test.each<[string, unknown, string]>([
    ['no array', { id: 'own-a' }, ' must be an array, not an object'],
    ['an entry that is no object', ['own-a'], '[0] must be a rule, not a string'],
    [
      'a property that does not exist',
      [{ ...NAMED, sevrity: {} }],
      '[0] has an unknown property "sevrity"; it has id, needs, severity, why, check, relaxable or references',
    ],
    ['no id', [{ ...NAMED, id: undefined }], '[0] must have a string as its id, not undefined'],
    [
      "an id of Verifull's",
      [{ ...NAMED, id: 'unverified' }],
      '[0] has the id "unverified"; it must be "own-" and words in lower case with hyphens, such as own-in-europe',
    ],
    [
      'an id that VERIFULL_ALLOW cannot name',
      [{ ...NAMED, id: 'own-a:b;c' }],
      '[0] has the id "own-a:b;c"; it must be "own-" and words in lower case with hyphens, such as own-in-europe',
    ],
    ['two of one id', [NAMED, NAMED], ' has two rules with the id own-named-app; give each its own'],
    ['facts that do not exist', [{ ...NAMED, needs: 'secrets' }], '[0] (own-named-app) must have as needs one of '],
    ['facts of every object', [{ ...NAMED, needs: 'constructor' }], '[0] (own-named-app) must have as needs one of '],
    ['no why', [{ ...NAMED, why: ' ' }], '[0] (own-named-app) must say in why the danger that it protects from'],
    ['no check', [{ ...NAMED, check: null }], '[0] (own-named-app) must have a function as check, not null'],
    [
      'no severity',
      [{ ...NAMED, severity: {} }],
      "[0] (own-named-app) must have an object of policies as severity, such as { staging: 'refuse' }",
    ],
    [
      'a severity for all',
      [{ ...NAMED, severity: 'refuse' }],
      "[0] (own-named-app) must have an object of policies as severity, such as { staging: 'refuse' }",
    ],
    [
      'a policy that does not exist',
      [{ ...NAMED, severity: { prod: 'refuse' } }],
      '[0] (own-named-app) grades an unknown policy "prod"; there are development, test, staging, production or strict',
    ],
    [
      'a severity that does not exist',
      [{ ...NAMED, severity: { strict: 'error' } }],
      '[0] (own-named-app) must have as severity.strict one of refuse, warn, note or off',
    ],
    [
      'a relaxable that is no boolean',
      [{ ...NAMED, relaxable: 'no' }],
      '[0] (own-named-app) must have true or false as relaxable',
    ],
    [
      'references that are no list',
      [{ ...NAMED, references: 'x' }],
      '[0] (own-named-app) must have an array as references',
    ],
  ])('%s → a problem, and the settings are refused', (_what, rules, message) => {
    const problems = problemsOf(rules)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`policy.rules: settings.policy.rules${message}`)
    expect(problemsOf([NAMED])).toEqual([])
  })

  test('each kind of facts → given to the rules that need them; without them the rule is not checked', () => {
    const facts = factsWith({})
    const heard: unknown[] = []
    for (const needs of Object.keys(facts) as (keyof Facts)[]) {
      const check = (given: unknown) => {
        heard.push(given)
        return []
      }
      const rules = [{ ...NAMED, needs, check }] as unknown as readonly OwnRule[]
      const { policy, problems } = choosePolicy({ rules }, {})
      expect(problems).toEqual([])
      evaluate(policy, {})
      evaluate(policy, facts)
    }
    expect(heard).toEqual(Object.values(facts))
  })

  test('one TLS provider under two sets of rules → each judges its own material', () => {
    const tls = async () => ({})
    const of = (rules: readonly OwnRule[]) =>
      tlsOf(resolveProfile({ settings: { ...settingsWith(rules, { use: 'production' }), tls } }).profile)
    const other = { ...NAMED, check: () => [] }
    expect(of([NAMED])).toBe(of([NAMED]))
    expect(of([NAMED])).not.toBe(of([other]))
    expect(of([NAMED])).not.toBe(of([]))
  })

  test('types: facts of `needs` → those of `check`', () => {
    expectTypeOf<Parameters<Extract<OwnRule, { needs: 'password' }>['check']>[0]>().toEqualTypeOf<Facts['password']>()
    expectTypeOf<{ allow: { 'own-named-app': string } }>().toExtend<Exclude<NonNullable<Settings['policy']>, string>>()
  })
})
