// The JavaScript client waits for an append after the answer, without any
// deadline. If the new block reaches it before the answer, it hangs until
// somebody writes again. So in each round here nobody writes afterwards.
import { kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'

const REGISTERS = 200
const DELETES = 50
const ROUNDS = 60
const AT_ONCE = 3
const FRESH_CLIENTS = 12
const ANSWER_MS = 20_000

const server = kinds[0]
const cast = { bootstrap: server, server }

scenario(`${REGISTERS} registers by a js client, none hangs`, cast, async (t, network) => {
  const client = await network.client('js')
  await registerAll(client, 'alone', REGISTERS)
  t.pass(`${REGISTERS} registers answered`)
  for (let i = 0; i < DELETES; i++) await client.expect(`delete alone-${i}`, `Deleted: alone-${i}`, ANSWER_MS)
  t.pass(`${DELETES} deletes answered`)
})

// The original's server does not keep these two.
if (server === 'ours') {
  // A block can also come by way of another client.
  scenario(`${REGISTERS} registers by a js client among others that only read`, cast, async (t, network) => {
    const [client, ...readers] = await network.clients(['js', 'js', ...kinds])
    await registerAll(client, 'among', REGISTERS)
    t.pass(`${REGISTERS} registers answered`)
    for (const reader of readers) {
      t.ok(await reader.command('lookup among-0'), `${reader.name} answers`)
    }
  })

  // Answers that belong to one group of writes: no client may see the new length
  // before its own answer.
  scenario(`${ROUNDS} rounds of registers by ${AT_ONCE} js clients at once`, cast, async (t, network) => {
    const clients = await network.clients(Array(AT_ONCE).fill('js'))
    for (let i = 0; i < ROUNDS; i++) {
      await Promise.all(clients.map((client, j) => {
        const name = `round-${i}-${j}`
        return client.expect(`register ${name}`, `Registered: ${name}`, ANSWER_MS)
      }))
    }
    t.pass(`${ROUNDS * AT_ONCE} registers answered`)
  })
}

// The first length that a new connection tells must not overtake the answer.
scenario(`${FRESH_CLIENTS} js clients that register as soon as they start`, cast, async (t, network) => {
  for (let i = 0; i < FRESH_CLIENTS; i++) {
    const client = await network.client('js')
    await client.expect(`register fresh-${i}`, `Registered: fresh-${i}`, ANSWER_MS)
    await client.stop()
  }
  t.pass(`${FRESH_CLIENTS} registers answered`)
})

async function registerAll (client, prefix, count) {
  for (let i = 0; i < count; i++) {
    await client.expect(`register ${prefix}-${i}`, `Registered: ${prefix}-${i}`, ANSWER_MS)
  }
}
