// A peer over a WebSocket, from public packages alone: one connection to call
// the server, and to copy and read the log.
//   websocket-peer.mjs URL SERVER_KEY CORE_KEY register|delete|lookup NAME
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import Corestore from 'corestore'
import ProtomuxRPC from 'protomux-rpc'
import WebSocket, { createWebSocketStream } from 'ws'
import { openTree } from './common.mjs'

const [url, serverKey, coreKey, verb, name] = process.argv.slice(2)

const socket = new WebSocket(url)
const stream = new SecretStream(true, createWebSocketStream(socket))
stream.on('error', (error) => { console.error(`Error: ${error.message}`); process.exit(3) })
await once(stream, 'open')
if (stream.remotePublicKey.toString('hex') !== serverKey) {
  console.error('Error: this is another server')
  process.exit(3)
}

const rpc = new ProtomuxRPC(stream, { id: stream.remotePublicKey, valueEncoding: c.string })
await rpc.fullyOpened()

const folder = await mkdtemp(join(tmpdir(), 'websocket-peer-'))
const store = new Corestore(folder)
const core = store.get({ key: Buffer.from(coreKey, 'hex') })
await core.ready()
store.replicate(stream)
const tree = openTree(core)

if (verb === 'lookup') {
  await core.update({ wait: true })
  const entry = await tree.get(name)
  console.log(entry ? `${name} -> ${entry.value.toString('hex')}` : 'Not found')
} else {
  console.log(await rpc.request(verb, name))
  console.log(stream.publicKey.toString('hex'))
}

stream.end()
await once(stream, 'close')
await store.close()
await rm(folder, { recursive: true })
