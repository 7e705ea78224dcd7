// node main.mjs ADDRESS ANON_KEY: every case, each told in one line {name, ok, detail}.
import './auth.mjs'
import './reading.mjs'
import './writing.mjs'
import { run } from './harness.mjs'

await run()
// The realtime client may still wait for a connection that never comes.
process.exit(0)
