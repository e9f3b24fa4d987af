// Many ask for one free name at once: on our server exactly one gets it (L1).
// The original may give it to several, one of whom then has it.
import { inTurn, kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { until } from './lib/wait.mjs'

const CLIENTS = 8
const ROUNDS = 200
const ROUNDS_OF_ORIGINAL = 20
const SEEN_MS = 60_000
const ANSWER_MS = 60_000

const server = kinds[0]
const lawful = server === 'ours'
const rounds = lawful ? ROUNDS : ROUNDS_OF_ORIGINAL

scenario(`${CLIENTS} clients ask for one free name, ${rounds} times`, { bootstrap: server, server }, async (t, network) => {
  const clients = await network.clients(inTurn(CLIENTS))
  const keys = await Promise.all(clients.map(keyOf))
  const winners = new Map() // name -> keys that were told it is theirs

  for (let round = 0; round < rounds; round++) {
    const name = `free-${round}`
    const answers = await Promise.all(clients.map((client) => client.register(name, ANSWER_MS)))
    const won = answers.flatMap((answer, i) => answer === `Registered: ${name}` ? [keys[i]] : [])
    const refused = answers.filter((answer) => answer === 'Error: Username already taken').length
    winners.set(name, won)
    if (lawful ? won.length !== 1 : won.length === 0) throw new Error(`${name}: ${answers.join(', ')}`)
    if (won.length + refused !== CLIENTS) throw new Error(`${name}: ${answers.join(', ')}`)
  }
  t.pass(lawful ? `exactly one got each of ${rounds} names` : `somebody got each of ${rounds} names`)
  t.comment(`given more than once: ${[...winners.values()].filter((won) => won.length > 1).length}`)

  const late = await network.clients(kinds)
  for (const client of late) {
    const list = await until(SEEN_MS, `all names at ${client.name}`, async () => {
      const all = await client.list()
      return all.length === rounds + CLIENTS && all
    })
    const wrong = list.filter(([name, key]) => winners.has(name) && !winners.get(name).includes(key))
    t.alike(wrong, [], `${client.name} finds an owner who was told so, for every name`)
  }
})

async function keyOf (client, i) {
  const name = `client-${i}`
  await client.expect(`register ${name}`, `Registered: ${name}`)
  return until(SEEN_MS, `${client.name} to see ${name}`, () => client.lookup(name))
}
