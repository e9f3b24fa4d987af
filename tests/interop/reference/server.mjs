// The registry server as the original has it. Two of its habits are faults
// and are kept on purpose: it reads, waits, and then writes, so two callers may
// both find a name free; and its RPC key is a new one at every start.
import RPC from '@hyperswarm/rpc'
import c from 'compact-encoding'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { closeOnSignal, openTree, readCommandLine } from './common.mjs'

const options = readCommandLine(
  'server.mjs [--storage DIR] [--bootstrap HOST:PORT]... [--host HOST] [--port PORT]',
  { storage: './server-corestore' }
)

const store = new Corestore(options.storage)
const dht = new DHT({
  bootstrap: options.bootstrap,
  host: options.host,
  port: options.port,
  keyPair: await store.createKeyPair('dht')
})

const core = store.get({ name: 'registry-db' })
const tree = openTree(core)
await tree.ready()

const server = new RPC({ dht }).createServer()
server.respond('register', { requestEncoding: c.string }, answer(register))
server.respond('delete', { requestEncoding: c.string }, answer(remove))
await server.listen()

const swarm = new Hyperswarm({ dht })
swarm.on('connection', (connection) => {
  connection.on('error', () => {})
  store.replicate(connection)
})
await swarm.join(core.discoveryKey).flushed()

console.log('Registry Server running.')
console.log(`Server Public Key: ${server.publicKey.toString('hex')}`)
console.log(`Database Core Key: ${core.key.toString('hex')}`)

closeOnSignal(async () => {
  await server.close()
  await swarm.destroy()
  await store.close()
})

function answer (rule) {
  return async (name, rpc) => Buffer.from(await rule(name, rpc.stream.remotePublicKey))
}

async function register (name, caller) {
  const entry = await tree.get(name)
  if (entry === null) {
    await tree.put(name, caller)
    return 'OK'
  }
  return entry.value.equals(caller) ? 'IDEMPOTENT' : 'ERR:Username already taken'
}

async function remove (name, caller) {
  const entry = await tree.get(name)
  if (entry === null) return 'ERR:Username not found'
  if (!entry.value.equals(caller)) {
    return 'ERR:Unauthorized: only the owner can delete this username'
  }
  await tree.del(name)
  return 'OK'
}
