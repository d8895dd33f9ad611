import { DataSource } from 'typeorm'
import { insertOne } from './insert-one.mjs'

await insertOne(DataSource)
