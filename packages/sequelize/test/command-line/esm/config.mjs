import { secureConfig } from '@verifull/sequelize'
import { fetchSecret } from '../fetch-secret.cjs'

// biome-ignore lint/style/noDefaultExport: what sequelize-cli reads
export default secureConfig({}, { secrets: fetchSecret })
