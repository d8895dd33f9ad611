import { DataSource } from 'typeorm-0.3'
import { insertOne } from './insert-one.mjs'

await insertOne(DataSource)
