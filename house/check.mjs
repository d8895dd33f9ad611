/** Finds what the lists of floors.mjs forbid; `node house/check.mjs [folder of the repository]`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { FLOORS, LISTS, ONCE } from './floors.mjs'

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
const core = join(root, 'packages/core/src')

/** TypeScript files below a folder. */
function sourcesIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

/** The lines of a file that are no comments. */
function codeOf(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => (/^\s*(?:\/\*|\*|\/\/)/.test(line) ? '' : line.replace(/ \/\/ .*$/, '')))
}

const floorOf = (file) => relative(core, file).split(/[\\/]/)[0]

function upwardImports() {
  return sourcesIn(core).flatMap((file) => {
    const floor = floorOf(file)
    const place = FLOORS.indexOf(floor)
    if (place === -1) {
      return [
        `${relative(root, file)}: ${floor} is on no floor; add it to FLOORS in house/floors.mjs, above all that it imports`,
      ]
    }
    const code = codeOf(file).join('\n')
    const imported = [...code.matchAll(/\b(?:from|import\(?)\s*'(\.[^']+)'/g)].map(([, path]) =>
      resolve(dirname(file), path),
    )
    return imported
      .filter((target) => FLOORS.indexOf(floorOf(target)) > place)
      .map(
        (target) =>
          `${relative(root, file)} imports ${relative(core, target)}, and ${floorOf(target)} stands above ${floor}; ` +
          'move what both need to a lower floor, or pass it as an argument (the list is FLOORS in house/floors.mjs)',
      )
  })
}

function emptyFloors() {
  return FLOORS.filter((floor) => !existsSync(join(core, floor))).map(
    (floor) => `house/floors.mjs: packages/core/src/${floor} does not exist; remove it from FLOORS`,
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

function forgottenLists() {
  const packages = readdirSync(join(root, 'packages')).filter((name) => {
    const manifest = join(root, 'packages', name, 'package.json')
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).private !== true
  })
  return LISTS.flatMap(([file, lineOf]) => {
    const text = readFileSync(join(root, file), 'utf8')
    return packages.flatMap((name) => {
      const line = lineOf(name)
      const found = line instanceof RegExp ? line.test(text) : text.includes(line)
      return found ? [] : [`${file} forgets packages/${name}: no ${line} in it`]
    })
  })
}

const wrong = [...upwardImports(), ...emptyFloors(), ...secondOnes(), ...forgottenLists()]
for (const sentence of wrong) console.error(sentence)
process.exitCode = wrong.length > 0 ? 1 : 0
