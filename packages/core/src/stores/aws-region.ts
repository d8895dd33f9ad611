/** The region to ask: the one that is given, else that of the ARN, else the SDK's own default. */
export function regionOf(region: string | undefined, nameOrArn: string): { region?: string } {
  const given = region ?? /^arn:aws[\w-]*:\w+:([a-z0-9-]+):/.exec(nameOrArn)?.[1]
  return given === undefined ? {} : { region: given }
}
