import { parentPort, workerData } from 'node:worker_threads'
import { searched } from './candidates.ts'

for (const step of searched(workerData)) parentPort?.postMessage(step)
