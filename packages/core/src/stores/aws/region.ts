/** The region to ask: an ARN names its own; else the one that is given, else the SDK's own default. */
export function regionOf(given: string | undefined, nameOrArn: string): { region?: string } {
  const region = /^arn:aws[\w-]*:\w+:([a-z0-9-]+):/.exec(nameOrArn)?.[1] ?? given
  return region ? { region } : {}
}
