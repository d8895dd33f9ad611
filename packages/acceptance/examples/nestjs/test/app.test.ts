import type { INestApplication } from '@nestjs/common'
import { getConnectionToken } from '@nestjs/sequelize'
import type { Sequelize } from 'sequelize-typescript'
import request from 'supertest'
import { DataSource } from 'typeorm'
import { createApp } from '../src/create-app'

const ENCRYPTED = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()'

let app: INestApplication
beforeAll(async () => {
  app = await createApp()
  await app.listen(0, '127.0.0.1')
})
afterAll(() => app.close())

test('an order is stored and read through TypeORM', async () => {
  await request(app.getHttpServer()).post('/orders').send({ article: 'lamp' }).expect(201)
  const { body } = await request(app.getHttpServer()).get('/orders').expect(200)
  expect(body).toEqual([{ id: 1, article: 'lamp' }])
})

test('a visit is stored and read through Sequelize', async () => {
  await request(app.getHttpServer()).post('/visits').send({ page: '/lamps' }).expect(201)
  const { body } = await request(app.getHttpServer()).get('/visits').expect(200)
  expect(body).toEqual([{ id: 1, page: '/lamps' }])
})

test('the server sees both encrypted', async () => {
  const [[sequelize]] = (await app.get<Sequelize>(getConnectionToken()).query(ENCRYPTED)) as [object[], unknown]
  const [typeorm] = await app.get(DataSource).query(ENCRYPTED)
  expect([typeorm, sequelize]).toEqual(Array(2).fill({ ssl: true, version: 'TLSv1.3' }))
})
