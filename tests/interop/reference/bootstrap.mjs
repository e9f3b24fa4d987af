// A DHT node that others start from. It is told its address and asks nobody.
import DHT from 'hyperdht'
import { closeOnSignal, readCommandLine } from './common.mjs'

const { host, port = 30001 } = readCommandLine('bootstrap.mjs [--host HOST] [--port PORT]')

const node = DHT.bootstrapper(port, host, { host })
await node.fullyBootstrapped()
console.log(`Bootstrap node running on ${host}:${port}`)

closeOnSignal(() => node.destroy())
