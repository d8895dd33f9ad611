import { describe, expect, test } from 'vitest'
import { awsSecretsManager, ConfigurationError } from '../../src/index.ts'
import { credentialsInText } from '../../src/stores/secret-fields.ts'

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf'

describe('DB_SECRET_ID: an ARN with the suffix of ECS → told, with the ARN alone', () => {
  test.each([
    [':password::', ', and name the field in DB_SECRET_KEYS (keys): password=password'],
    [':password:AWSCURRENT:', ', and name the field in DB_SECRET_KEYS (keys): password=password'],
    ['::AWSPREVIOUS:', ''],
    [':::', ''],
  ])('%s', (suffix, fix) => {
    expect(() => awsSecretsManager({ secretId: `${ARN}${suffix}` })).toThrow(
      new ConfigurationError([
        {
          parameter: 'secretId',
          severity: 'refuse',
          message: `secretId has the suffix that ECS puts behind the ARN (field:stage:version); give the ARN alone, ${ARN}${fix}`,
        },
      ]),
    )
  })

  test.each([ARN, 'orders/production', 'arn:aws:ssm:eu-west-1:123456789012:parameter/orders:3'])(
    '%s → taken',
    (secretId) => {
      expect(awsSecretsManager({ secretId })).toBeTypeOf('function')
    },
  )
})

test.each(['postgresql://app:CANARY@db.example/orders', ' postgres://app:CANARY@h ', 'jdbc+x://CANARY'])(
  'a secret that is a URL → told, and not repeated: %s',
  (text) => {
    const place = { store: 'AWS Secrets Manager', secret: 'orders' }
    expect(() => credentialsInText(text, place)).toThrow(
      /^secret "orders" of AWS Secrets Manager is a URL, and a password or an object is read; store \{ "username"/,
    )
    expect(() => credentialsInText(text, place)).not.toThrow(/CANARY/)
  },
)
