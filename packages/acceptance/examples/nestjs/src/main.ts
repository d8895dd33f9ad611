import { createApp } from './create-app'

async function main(): Promise<void> {
  const app = await createApp()
  await app.listen(3000, '127.0.0.1')
}

void main()
