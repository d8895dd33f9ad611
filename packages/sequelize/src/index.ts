export { attestationOf } from '@verifull/pg'
