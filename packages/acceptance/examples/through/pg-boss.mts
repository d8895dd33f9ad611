import { secureConfig } from '@verifull/pg'
import PgBoss from 'pg-boss'

const boss = new PgBoss(secureConfig({ max: 5 }))
boss.on('error', console.error)
await boss.start()
await boss.createQueue('mail')
await boss.send('mail', { to: 'reader@example.org' })
const [job] = await boss.fetch<{ to: string }>('mail')
console.log(job?.data) // { to: 'reader@example.org' }
await boss.stop()
