// Our HyperDHT and the original's find, reach and understand each other: every
// role by `ours` (dht-driver) or `js`. TAP on standard output.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../../../interop/', import.meta.url))
const HyperDHT = require('hyperdht')

const driver = process.env.DHT_DRIVER
const host = '127.0.0.1'
let nextPort = 31000

/** One program of ours; `line(start)` waits for a line that begins so. */
class Ours {
  constructor(...args) {
    this.lines = []
    this.waiting = []
    this.process = spawn(driver, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.lines.push(line)
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  async line(start) {
    return within(15000, `"${start}" of ${this.process.spawnargs.slice(1).join(' ')}`, async () => {
      for (;;) {
        const found = this.lines.find((line) => line.startsWith(start))
        if (found) return found
        await new Promise((resolve) => this.waiting.push(resolve))
      }
    })
  }

  close() {
    this.process.kill('SIGKILL')
  }
}

async function within(ms, what, work) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`timed out: ${what}`)), ms)
  })
  return Promise.race([work(), late]).finally(() => clearTimeout(timer))
}

async function startBootstrap(kind, port) {
  if (kind === 'js') {
    const node = HyperDHT.bootstrapper(port, host)
    await node.ready()
    return () => node.destroy()
  }
  const node = new Ours('bootstrap', port)
  await node.line('ready')
  return () => node.close()
}

function jsNode(port) {
  return new HyperDHT({ bootstrap: [{ host, port }], host })
}

/** Three nodes that relay, as the usual test network of the original. */
async function startRelays(port) {
  const nodes = []
  for (let i = 0; i < 2; i++) {
    const node = new HyperDHT({ bootstrap: [{ host, port }], host, ephemeral: false, firewalled: false })
    await node.fullyBootstrapped()
    nodes.push(node)
  }
  return () => Promise.all(nodes.map((node) => node.destroy()))
}

async function startServer(kind, port, mode) {
  if (kind === 'js') {
    const node = jsNode(port)
    const keyPair = HyperDHT.keyPair(Buffer.alloc(32, 7))
    const heard = {}
    const said = new Promise((resolve) => { heard.resolve = resolve })
    const server = node.createServer((socket) => {
      socket.on('error', () => {})
      socket.write('hello from js')
      socket.once('data', (data) => heard.resolve(data.toString()))
    })
    await server.listen(keyPair)
    return {
      key: keyPair.publicKey.toString('hex'),
      message: () => within(15000, 'message at the js server', () => said),
      close: () => node.destroy({ force: true })
    }
  }
  const program = new Ours('server', 'seed of a server', port, ...mode)
  const key = (await program.line('listening')).split(' ')[1]
  return {
    key,
    message: async () => (await program.line('message')).slice('message '.length),
    close: () => program.close()
  }
}

async function startClient(kind, key, port, mode) {
  if (kind === 'js') {
    const node = jsNode(port)
    const socket = node.connect(Buffer.from(key, 'hex'))
    const said = new Promise((resolve, reject) => {
      socket.once('data', (data) => resolve(data.toString()))
      socket.once('error', reject)
    })
    said.catch(() => {})
    socket.write('hello from js')
    return {
      message: () => within(15000, 'message at the js client', () => said),
      close: () => node.destroy({ force: true })
    }
  }
  const program = new Ours('client', 'seed of a client', key, port, ...mode)
  return {
    message: async () => (await program.line('message')).slice('message '.length),
    close: () => program.close()
  }
}

const tests = []
const test = (name, work) => tests.push({ name, work })
function equal(got, want) {
  if (got !== want) throw new Error(`got ${got}, want ${want}`)
}

const saidBy = { ours: 'hello from ours', js: 'hello from js' }

function meeting(boot, server, client, mode, relays) {
  const name = `${boot} bootstrap node, ${server} server, ${client} client, ` +
    `${mode.length ? 'firewalled' : 'open'}${relays ? ', three relays' : ''}`
  test(name, async (port, later) => {
    later(await startBootstrap(boot, port))
    if (relays) later(await startRelays(port))
    const s = await startServer(server, port, mode)
    later(s.close)
    const c = await startClient(client, s.key, port, mode)
    later(c.close)
    equal(await c.message(), saidBy[server])
    equal(await s.message(), saidBy[client])
  })
}

for (const boot of ['ours', 'js'])
  for (const server of ['ours', 'js'])
    for (const client of ['ours', 'js'])
      for (const mode of [[], ['firewalled']]) {
        meeting(boot, server, client, mode, false)
        if (boot === 'js') meeting(boot, server, client, mode, true)
      }

for (const boot of ['ours', 'js']) {
  test(`${boot} bootstrap node, topic: js finds ours`, async (port, later) => {
    later(await startBootstrap(boot, port))
    const server = new Ours('server', 'seed of a server', port)
    later(() => server.close())
    const key = (await server.line('listening')).split(' ')[1]
    const topic = HyperDHT.hash(Buffer.from(key))
    await server.line(`announced ${topic.toString('hex')} at 1`)
    const node = jsNode(port)
    later(() => node.destroy({ force: true }))
    const found = []
    for await (const reply of node.lookup(topic))
      for (const peer of reply.peers) found.push(peer)
    equal(found.length, 1)
    equal(found[0].publicKey.toString('hex'), key)
    equal(found[0].relayAddresses[0].port, port)
  })

  test(`${boot} bootstrap node, topic: ours finds js`, async (port, later) => {
    later(await startBootstrap(boot, port))
    const node = jsNode(port)
    later(() => node.destroy({ force: true }))
    const keyPair = HyperDHT.keyPair(Buffer.alloc(32, 9))
    const topic = Buffer.alloc(32, 3)
    await node.announce(topic, keyPair, []).finished()
    const finder = new Ours('find', topic.toString('hex'), port)
    later(() => finder.close())
    equal(await finder.line('found'), `found ${keyPair.publicKey.toString('hex')}`)
  })
}

test('values: js puts at our node and gets', async (port, later) => {
  later(await startBootstrap('ours', port))
  const node = jsNode(port)
  later(() => node.destroy({ force: true }))
  const keyPair = HyperDHT.keyPair(Buffer.alloc(32, 5))
  await node.mutablePut(keyPair, Buffer.from('mutable'), { seq: 3 })
  equal((await node.mutableGet(keyPair.publicKey)).value.toString(), 'mutable')
  const { hash } = await node.immutablePut(Buffer.from('immutable'))
  equal((await node.immutableGet(hash)).value.toString(), 'immutable')
})

test('unannounce: a closed js server is no longer found at our node', async (port, later) => {
  later(await startBootstrap('ours', port))
  const s = await startServer('js', port, [])
  const node = jsNode(port)
  later(() => node.destroy({ force: true }))
  const key = Buffer.from(s.key, 'hex')
  const count = async () => {
    let n = 0
    for await (const reply of node.findPeer(key)) n += reply.peer ? 1 : 0
    return n
  }
  equal(await count(), 1)
  await s.close()
  const again = jsNode(port)
  later(() => again.destroy({ force: true }))
  const server = again.createServer()
  await server.listen(HyperDHT.keyPair(Buffer.alloc(32, 8)))
  await server.close()
  let left = 0
  for await (const reply of node.findPeer(HyperDHT.keyPair(Buffer.alloc(32, 8)).publicKey))
    left += reply.peer ? 1 : 0
  equal(left, 0)
})

let number = 0
let failed = 0
const words = process.argv.slice(2)
const chosen = tests.filter(({ name }) => words.every((word) => name.includes(word)))
console.log(`1..${chosen.length}`)
for (const { name, work } of chosen) {
  const undo = []
  try {
    await within(40000, name, () => work(nextPort += 10, (how) => undo.unshift(how)))
    console.log(`ok ${++number} - ${name}`)
  } catch (problem) {
    failed++
    console.log(`not ok ${++number} - ${name}\n  ${problem.message}`)
  }
  for (const how of undo) await within(10000, 'the end of a program', async () => how()).catch(() => {})
}
process.exit(failed ? 1 : 0)
