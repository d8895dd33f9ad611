import { isHostName } from '../../addresses/host-name.ts'
import { rdsHost } from '../../hosts/rds-host.ts'
import type { Variables } from '../../system/process-facts.ts'
import { quote } from '../../text/quote.ts'
import { keysIn, requiredVariable, SECRET_KEYS, type Store, wrongVariable } from '../store.ts'
import { awsParameterStore } from './parameter-store.ts'
import { rdsIam } from './rds-iam.ts'
import { checkedName } from './request.ts'
import { awsSecretsManager } from './secrets-manager.ts'

const REGION = { name: 'AWS_REGION' }

/** The stores of AWS. The SDK reads further `AWS_*` variables by itself. */
export const AWS_STORES: readonly Store[] = [
  {
    id: 'aws-secrets-manager',
    reads: 'every shape of RDS secret, or one that is the password',
    package: '@aws-sdk/client-secrets-manager',
    variables: [{ name: 'DB_SECRET_ID', note: '(name or ARN)' }, REGION, SECRET_KEYS],
    prefixes: ['AWS_'],
    fromVariables: (variables) =>
      awsSecretsManager({ secretId: secretNameIn(variables), ...regionIn(variables), ...keysIn(variables) }),
  },
  {
    id: 'aws-parameter-store',
    reads: 'a parameter, decrypted',
    package: '@aws-sdk/client-ssm',
    variables: [{ name: 'DB_SECRET_ID' }, REGION, SECRET_KEYS],
    prefixes: ['AWS_'],
    fromVariables: (variables) =>
      awsParameterStore({ name: secretNameIn(variables), ...regionIn(variables), ...keysIn(variables) }),
  },
  {
    id: 'rds-iam',
    reads: 'a token for each connection, signed for its endpoint',
    package: '@aws-sdk/rds-signer',
    variables: [{ name: 'DB_USER' }, REGION, { name: 'DB_IAM_HOST', note: 'where the host is an alias' }],
    prefixes: ['AWS_'],
    fromVariables: (variables) => rdsIam({ ...regionIn(variables), ...endpointIn(variables) }),
  },
]

function secretNameIn(variables: Variables): string {
  return checkedName(requiredVariable('DB_SECRET_ID', variables), 'DB_SECRET_ID')
}

function regionIn({ AWS_REGION: region }: Variables): { region?: string } {
  return region ? { region } : {}
}

/** `orders.abc123.eu-west-1.rds.amazonaws.com` or the same with a port. */
function endpointIn({ DB_IAM_HOST: endpoint }: Variables): { hostname?: string; port?: number } {
  if (!endpoint) return {}
  const [, hostname, port] = /^([\w.-]+?)(?::(\d{1,5}))?$/.exec(endpoint) ?? []
  if (hostname && rdsHost(hostname)) return { hostname, ...(port && { port: Number(port) }) }
  const example = 'orders.abc123.eu-west-1.rds.amazonaws.com'
  const told = isHostName(endpoint) ? `DB_IAM_HOST=${quote(endpoint)}` : 'DB_IAM_HOST'
  throw wrongVariable('DB_IAM_HOST', `${told} is no endpoint of RDS; write it as ${example}, or with :port`)
}
