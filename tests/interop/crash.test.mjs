// The server is killed again and again while clients write. What was acknowledged
// is in the log afterwards (L3), and everybody goes on.
import { kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { timed, until } from './lib/wait.mjs'

const CRASHES = 20
const CRASHES_OF_ORIGINAL = 3 // each leaves a dead record that new clients dial first
const WRITES_PER_ROUND = 20
const RECOVERED_MS = 60_000

const server = kinds[0]
const crashes = server === 'ours' ? CRASHES : CRASHES_OF_ORIGINAL

scenario(`server ${server}: ${crashes} times kill -9 under load`, { bootstrap: server, server }, async (t, network) => {
  const { serverKey, coreKey } = network
  const acknowledged = [] // [name, writer]
  const reader = await network.client('js', { name: 'js reader' })

  // Ours finds the server again by itself and writes through all crashes.
  const lasting = server === 'ours' ? new Writer(await network.client('ours', { name: 'ours writer' }), acknowledged) : null

  // The original's client does not: it starts again, as the same user.
  const storage = await network.newStorage()
  const recoveries = []

  for (let round = 0; round < crashes; round++) {
    const starting = new Writer(await network.client('js', { storage, name: 'js writer' }), acknowledged, round)
    const [, ms] = await timed(() => Promise.all(
      [starting, lasting].filter(Boolean).map((writer) => writer.progress(WRITES_PER_ROUND))
    ))
    recoveries.push(ms)
    await network.server.kill()
    await starting.stop()
    await network.startServer()
    if (network.coreKey !== coreKey) throw new Error('another log key after a crash')
    if (server === 'ours' && network.serverKey !== serverKey) throw new Error('another RPC key after a crash')
  }
  if (lasting) {
    await lasting.progress(WRITES_PER_ROUND)
    await lasting.finish()
  }
  t.pass(`${acknowledged.length} writes acknowledged`)
  t.comment(`start of a round to its ${WRITES_PER_ROUND} writes, ms: ${recoveries.join(' ')}`)

  const [lastName] = acknowledged.at(-1)
  await until(RECOVERED_MS, `${reader.name} to see ${lastName}`, () => reader.lookup(lastName, RECOVERED_MS))
  const fresh = await network.clients(kinds)
  for (const client of [reader, ...fresh]) {
    await until(RECOVERED_MS, `${client.name} to see ${lastName}`, () => client.lookup(lastName, RECOVERED_MS))
    const found = new Map(await client.list(RECOVERED_MS))
    const lost = acknowledged.filter(([name]) => !found.has(name))
    t.alike(lost, [], `${client.name} finds everything that was acknowledged`)
    const owners = new Map(acknowledged.map(([name, writer]) => [writer, found.get(name)]))
    const foreign = acknowledged.filter(([name, writer]) => found.get(name) !== owners.get(writer))
    t.alike(foreign, [], `${client.name} finds every name with its owner`)
  }
})

// Registers one name after the other, as fast as the answers come, until stopped.
class Writer {
  constructor (client, acknowledged, round = 'all') {
    this.client = client
    this.acknowledged = acknowledged
    this.prefix = `${client.name.replace(' ', '-')}-${round}`
    this.count = 0
    this.stopped = false
    this.running = this.#run()
  }

  // Until `writes` more were acknowledged.
  async progress (writes) {
    const goal = this.count + writes
    await until(RECOVERED_MS, `${writes} more writes of ${this.client.name}`, () => this.count >= goal)
  }

  async finish () {
    this.stopped = true
    await this.running
  }

  // Also while a write of it waits for an answer.
  async stop () {
    this.stopped = true
    await this.client.stop()
    await this.running
  }

  async #run () {
    for (let i = 0; !this.stopped && !this.client.exit; i++) {
      const name = `${this.prefix}-${i}`
      const answer = await this.client.register(name, RECOVERED_MS).catch((error) => error.message)
      if (answer !== `Registered: ${name}`) continue // the server was away
      this.acknowledged.push([name, this.client.name])
      this.count++
    }
  }
}
