/** Reports violations of floors.mjs and packages.mjs: `node check.mjs [folder of the repository]`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { clausesIn } from './comments.mjs'
import { FLOORS, ONCE } from './floors.mjs'
import { HARNESS, LISTS, PACKAGES } from './packages.mjs'

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '../../..'))
const core = join(root, 'packages/core/src')

/** TypeScript files below a folder. */
function sourcesIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name))
}

/** The lines of a file that are not comments. */
function codeOf(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => (/^\s*(?:\/\*|\*|\/\/)/.test(line) ? '' : line.replace(/ \/\/ .*$/, '')))
}

const floorOf = (file) => relative(core, file).split(/[\\/]/)[0]

/** The modules that a file imports, statically or on use. */
function importsOf(file) {
  const code = codeOf(file).join('\n')
  return [...code.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(([, name]) => name)
}

function upwardImports() {
  return sourcesIn(core).flatMap((file) => {
    const floor = floorOf(file)
    const place = FLOORS.indexOf(floor)
    if (place === -1) {
      return [
        `${relative(root, file)}: ${floor} is on no floor; add it to FLOORS in packages/acceptance/house, above all that it imports`,
      ]
    }
    return importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((path) => resolve(dirname(file), path))
      .filter((target) => FLOORS.indexOf(floorOf(target)) > place)
      .map(
        (target) =>
          `${relative(root, file)} imports ${relative(core, target)}, and ${floorOf(target)} stands above ${floor}; ` +
          'move what both need to a lower floor, or pass it as an argument (FLOORS in packages/acceptance/house)',
      )
  })
}

function emptyFloors() {
  return FLOORS.filter((floor) => !existsSync(join(core, floor))).map(
    (floor) => `packages/core/src/${floor} does not exist; remove it from FLOORS in packages/acceptance/house`,
  )
}

function secondOnes() {
  return sourcesIn(core).flatMap((file) => {
    const name = relative(join(root, 'packages'), file)
    return codeOf(file).flatMap((line, index) =>
      ONCE.filter(({ home, sign }) => !name.startsWith(home) && sign.test(line)).map(
        ({ noun, home, instead }) =>
          `packages/${name}:${index + 1} has ${noun} of its own; use ${instead} (packages/${home})`,
      ),
    )
  })
}

/** True where `name` is one of the packages or a subpath of one. */
const isOf = (packages, name) => packages.some((one) => name === one || name.startsWith(`${one}/`))

function foreignImports() {
  return PACKAGES.flatMap(({ folder, imports, peers = {}, because }) => {
    const source = join(root, folder, 'src')
    return sourcesIn(source).flatMap((file) => {
      const place = relative(source, file)
      const allowed = [
        ...imports,
        ...Object.entries(peers).flatMap(([home, names]) => (`${place}/`.startsWith(`${home}/`) ? names : [])),
      ]
      return importsOf(file)
        .filter((name) => {
          if (name.startsWith('.')) return relative(source, resolve(dirname(file), name)).startsWith('..')
          return !name.startsWith('node:') && !isOf(allowed, name)
        })
        .map((name) => refusal(file, name, because))
    })
  })
}

/** A timeout that only `AbortSignal.any()` holds is freed by Node, and never comes. */
function freedTimeouts() {
  return [...PACKAGES, HARNESS]
    .flatMap(({ folder }) => sourcesIn(join(root, folder, 'src')))
    .filter((file) => /AbortSignal\.any\([^)]*AbortSignal\.timeout\(/.test(codeOf(file).join('\n')))
    .map(
      (file) =>
        `${relative(root, file)} has a timeout in AbortSignal.any(), which Node may free before it comes; use withDeadline (packages/core/src/time/deadline.ts)`,
    )
}

function importsOfHarness() {
  const { folder, excludes, because } = HARNESS
  return sourcesIn(join(root, folder, 'src')).flatMap((file) =>
    importsOf(file)
      .filter((name) => excludes.test(name) || (name.startsWith('.') && name.includes('/packages/')))
      .map((name) => refusal(file, name, because)),
  )
}

function refusal(file, name, because) {
  return `${relative(root, file)} imports ${name}, and ${because} (PACKAGES in packages/acceptance/house; an optional package of a store goes into \`peers\`)`
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

function forgottenLists() {
  const published = readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, ...manifestOf(folder) }))
    .filter(({ private: isPrivate }) => isPrivate !== true)
  const unknown = published.filter((one) => !PACKAGES.some(({ folder }) => folder === one.folder))
  return [
    ...unknown.map(
      ({ folder }) => `${folder} is not in PACKAGES of packages/acceptance/house; add it with its imports`,
    ),
    ...LISTS.flatMap(([file, lineOf, without = []]) => {
      const text = readFileSync(join(root, file), 'utf8')
      return published
        .filter((one) => !without.includes(one.folder) && !text.includes(lineOf(one)))
        .map((one) => `${file} forgets ${one.folder}: no ${lineOf(one)} in it`)
    }),
  ]
}

/** Package managers that isolate packages find an optional peer of core only where the adapter names it as well. */
function forgottenPeers() {
  const { peerDependencies, peerDependenciesMeta } = manifestOf('packages/core')
  return PACKAGES.filter(({ imports }) => imports.includes('@verifull/core')).flatMap(({ folder }) => {
    const adapter = manifestOf(folder)
    return Object.entries(peerDependencies)
      .filter(
        ([name, range]) =>
          adapter.peerDependencies?.[name] !== range ||
          adapter.peerDependenciesMeta?.[name]?.optional !== peerDependenciesMeta[name].optional,
      )
      .map(
        ([name, range]) => `${folder}/package.json does not repeat the optional peer ${name} ${range} of packages/core`,
      )
  })
}

/** Contracts of the harness that the tests of every adapter bind. */
const CONTRACTS = ['runSuite', 'adapterContract', 'POOL_CONTRACT', 'CLOSING_CONTRACT']

function forgottenContracts() {
  return PACKAGES.filter(({ imports, isAdapter = imports.includes('@verifull/core') }) => isAdapter).flatMap(
    ({ folder }) => {
      const tests = sourcesIn(join(root, folder, 'test')).map((file) => readFileSync(file, 'utf8'))
      return CONTRACTS.filter((name) => !tests.some((text) => text.includes(name))).map(
        (name) => `${folder}/test binds no ${name} of @verifull/test-harness; see "An ORM" in CONTRIBUTING.md`,
      )
    },
  )
}

const wrong = [
  ...forgottenContracts(),
  ...upwardImports(),
  ...emptyFloors(),
  ...secondOnes(),
  ...foreignImports(),
  ...importsOfHarness(),
  ...freedTimeouts(),
  ...forgottenLists(),
  ...forgottenPeers(),
  ...clausesIn(root),
]
for (const sentence of wrong) console.error(sentence)
process.exitCode = wrong.length > 0 ? 1 : 0
