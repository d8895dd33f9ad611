import { readFileSync } from 'node:fs'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import type { WorkRequest } from '@verifull/test-harness'
import { awsClient } from './settings.ts'

/** A login. */
export interface PlainSecret {
  readonly user: string
  readonly password: string
}

/** Returns a function that reads the secret from the store of the request, as an application without Verifull would. */
export function reading({ parameters, environment }: WorkRequest): () => Promise<PlainSecret> {
  const { SECRETS_BACKEND, DB_SECRET_ID, DB_PASSWORD_FILE } = environment
  const { user = '' } = parameters
  if (SECRETS_BACKEND === 'aws-secrets-manager') {
    const client = awsClient(environment)
    return async () => {
      const question = new GetSecretValueCommand({ SecretId: DB_SECRET_ID, VersionStage: 'AWSCURRENT' })
      const { SecretString = '' } = await client.send(question)
      return named(JSON.parse(SecretString))
    }
  }
  if (SECRETS_BACKEND === 'vault-database') {
    const { VAULT_ADDR, VAULT_TOKEN = '', VAULT_DB_MOUNT, VAULT_DB_ROLE, VAULT_DB_STATIC_ROLE } = environment
    const path = VAULT_DB_STATIC_ROLE === undefined ? `creds/${VAULT_DB_ROLE}` : `static-creds/${VAULT_DB_STATIC_ROLE}`
    return async () => {
      const headers = { 'X-Vault-Token': VAULT_TOKEN }
      const answer = await fetch(`${VAULT_ADDR}/v1/${VAULT_DB_MOUNT}/${path}`, { headers })
      const { data } = (await answer.json()) as { data: Named }
      return named(data)
    }
  }
  if (DB_PASSWORD_FILE === undefined) return async () => ({ user, password: '' })
  return async () => ({ user, password: readFileSync(DB_PASSWORD_FILE, 'utf8') })
}

interface Named {
  readonly username: string
  readonly password: string
}

function named({ username, password }: Named): PlainSecret {
  return { user: username, password }
}

/** Caches the result of `read` for so many milliseconds. */
export function keeping(read: () => Promise<PlainSecret>, milliseconds: number): () => Promise<PlainSecret> {
  let kept: Promise<PlainSecret> | undefined
  let until = 0
  return async () => {
    if (kept && Date.now() < until) return kept
    until = Date.now() + milliseconds
    kept = read()
    kept.catch(() => {
      kept = undefined
    })
    return kept
  }
}
