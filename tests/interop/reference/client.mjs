// The registry client as the original has it: commands on standard input, one
// per line, or one command as arguments. Its way of waiting for replication has
// no deadline: see `follow`.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import RPC from '@hyperswarm/rpc'
import c from 'compact-encoding'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { closeOnSignal, exitWithUsage, openTree, readCommandLine } from './common.mjs'

const USAGE = 'client.mjs SERVER_KEY CORE_KEY [--storage DIR] [--bootstrap HOST:PORT]... [COMMAND ARG...]'
const DONE = 0
const REFUSED = 1
const WRONG_USAGE = 2
const NO_NETWORK = 3

class Refusal extends Error {}
class WrongUsage extends Error {}

const options = readCommandLine(USAGE, { storage: './client-corestore' })
const [serverKey, coreKey, ...oneShot] = options.positionals
for (const key of [serverKey, coreKey]) {
  if (!/^[0-9a-f]{64}$/.test(key ?? '')) exitWithUsage(USAGE, `not a key: ${key}`)
}

const store = new Corestore(options.storage)
const dht = new DHT({
  bootstrap: options.bootstrap,
  host: options.host,
  keyPair: await store.createKeyPair('dht-client')
})

const core = store.get({ key: Buffer.from(coreKey, 'hex') })
const tree = openTree(core)
await tree.ready()

const registry = new RPC({ dht }).connect(Buffer.from(serverKey, 'hex'))

const swarm = new Hyperswarm({ dht })
swarm.on('connection', (connection) => {
  connection.on('error', () => {})
  store.replicate(connection)
})
swarm.join(core.discoveryKey)

const commands = {
  async register (name) {
    const text = await call('register', name)
    await follow(text === 'OK')
    console.log(`${text === 'OK' ? 'Registered' : 'Already registered by you'}: ${name}`)
  },

  async delete (name) {
    await call('delete', name)
    await follow(true)
    console.log(`Deleted: ${name}`)
  },

  async lookup (name) {
    await follow(false)
    const entry = await tree.get(name)
    console.log(entry ? `${name} -> ${entry.value.toString('hex')}` : 'Not found')
    return entry ? DONE : REFUSED
  },

  async list () {
    await follow(false)
    for await (const { key, value } of tree.createReadStream()) {
      console.log(`${key}: ${value.toString('hex')}`)
    }
  },

  async help () {
    console.log('register NAME, lookup NAME, list, delete NAME, help, exit')
  }
}

closeOnSignal(close)
process.exitCode = oneShot.length > 0 ? await run(oneShot) : await readCommands()
await close()
process.exit()

async function readCommands () {
  for await (const line of createInterface({ input: process.stdin })) {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'exit') break
    if (words[0] !== '') await run(words)
  }
  return DONE
}

async function run ([verb, ...args]) {
  try {
    if (!Object.hasOwn(commands, verb)) throw new WrongUsage(`Unknown command: ${verb}`)
    const command = commands[verb]
    if (args.length !== command.length) throw new WrongUsage(`Wrong number of arguments: ${verb}`)
    return (await command(...args)) ?? DONE
  } catch (error) {
    process.stderr.write(`Error: ${error.message}\n`)
    if (error instanceof WrongUsage) return WRONG_USAGE
    return error instanceof Refusal ? REFUSED : NO_NETWORK
  }
}

// The answer's text; what begins with ERR: is raised.
async function call (method, name) {
  const answer = await registry.request(method, name, { requestEncoding: c.string })
  const text = answer.toString()
  if (text.startsWith('ERR:')) throw new Refusal(text.slice(4))
  return text
}

// Waits until the replica is as long as the registry was when it answered. When
// a write is expected and the new block came before the answer, this waits for
// an append that nobody makes: the server must answer first, announce after.
async function follow (writeExpected) {
  if (core.peers.length === 0) await once(core, 'peer-add')
  const noted = core.length
  await core.update()
  if (writeExpected && core.length <= noted) await once(core, 'append')
  await core.download({ start: 0, end: core.length }).done()
}

async function close () {
  registry.destroy()
  await swarm.destroy()
  await store.close()
}
