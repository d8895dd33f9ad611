import { CERTIFICATE_TITLES, type ShownCertificate } from '../server-certificates.ts'
import type { Target } from '../target.ts'
import type { Asked } from './asked.ts'
import { fill } from './placeholders.ts'
import type { World } from './world.ts'

/** The client's request and the server of a cell as text; files have the names of their placeholders. */
export function wordsOf(
  { target, parameters, environment = {}, home, uri }: Asked,
  world: World,
  placeholders: Readonly<Record<string, string>>,
): readonly string[] {
  const known = {
    ...Object.fromEntries(Object.keys(world.materials.files).map((name) => [name, `{${name}}`])),
    ...(world.me === undefined ? {} : { me: world.me }),
    'somebody-else': '{somebody-else}',
    closed: String(world.closedPort),
    ...placeholders,
    password: '***',
  }
  const written = (texts: Readonly<Record<string, string>>): string =>
    Object.entries(texts)
      .map(
        ([name, text]) => `${name}=${/passw/i.test(name) && name !== 'passfile' ? '***' : fill(text, known) || "''"}`,
      )
      .join(' ')
  return [
    describeTarget(target, world),
    `connect: ${[uri === undefined ? [] : fill(uri, known).replace(LOGIN, '$1***@'), written(parameters)].flat().join(' ').trim()}`,
    ...(Object.keys(environment).length === 0 ? [] : [`environment: ${written(environment)}`]),
    ...(home === undefined ? [] : [`home folder: ${home}`]),
  ]
}

/** The password in a URI: the part between the user's name and the @. */
const LOGIN = /(\/\/[^/@:]*:)[^/@]*@/

function describeTarget(target: Target, world: World): string {
  if ('script' in target) return `a server that follows a script, ${shows(target.certificate)}`
  if ('hosts' in target) {
    const hosts = target.hosts.map((host) => (typeof host === 'object' ? describeTarget(host, world) : host))
    return `servers: ${hosts.join('; ')}`
  }
  const server = `${world.server}, role ${target.role}`
  if (target.socket) return `${server}, on its Unix socket`
  const asks = target.asksNoCertificate ? ', asks for no client certificate' : ''
  return target.certificate === 'none' ? `${server}, without TLS` : `${server}, ${shows(target.certificate)}${asks}`
}

function shows(certificate: ShownCertificate = 'good'): string {
  return `certificate ${CERTIFICATE_TITLES[certificate]}`
}
