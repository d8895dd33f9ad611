/**
 * Makes the files that are published: `dist/bundle.js` has everything, and is the entries `./adapter` and `./diagnostics`;
 * `dist/application.js`, the entry of applications, gives some of its exports. Errors and caches so exist once, whichever
 * entry a package imports.
 */
import { build } from 'esbuild'

const options = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
  // A third of the text is indentation, and reading it takes 1 ms of each start. Lines stay short: Node prints one with an error.
  minifyWhitespace: true,
  lineLimit: 160,
}

// esbuild exports getters, which the adapters would call with every query; none of the exports changes.
const plain = 'module.exports = Object.defineProperty({ ...module.exports }, "__esModule", { value: true })'

await build({ ...options, entryPoints: ['src/diagnostics.ts'], outfile: 'dist/bundle.js', footer: { js: plain } })
await build({
  ...options,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/application.js',
  plugins: [
    {
      name: 'from the bundle',
      setup({ onResolve }) {
        onResolve({ filter: /^\./ }, ({ kind }) =>
          kind === 'entry-point' ? undefined : { path: './bundle.js', external: true },
        )
      },
    },
  ],
})
