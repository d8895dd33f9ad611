import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { verifyConnection } from '@verifull/typeorm'
import { AppModule } from './app.module'

/** Makes the application, after one verified connection: it rejects on everything that the policy refuses. */
export async function createApp(): Promise<INestApplication> {
  await verifyConnection()
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] })
  app.enableShutdownHooks()
  return app
}
