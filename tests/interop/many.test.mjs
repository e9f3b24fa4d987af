// Many names, written by two clients in turn, with deletes between. Every client,
// also one that joins afterwards, lists the same.
import { combinations, inTurn, kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { until } from './lib/wait.mjs'

const NAMES = 500
const DELETE_EVERY = 5
const SEEN_MS = 60_000

for (const { server } of combinations('server')) {
  scenario(`${NAMES} names on a server of kind ${server}`, { bootstrap: kinds[0], server }, async (t, network) => {
    const writers = await network.clients(inTurn(2))
    const owned = new Map(writers.map((writer) => [writer, []]))

    for (let i = 0; i < NAMES; i++) {
      const writer = writers[i % writers.length]
      const names = owned.get(writer)
      await writer.expect(`register ${nameOf(i)}`, `Registered: ${nameOf(i)}`)
      names.push(nameOf(i))
      if (i % DELETE_EVERY === DELETE_EVERY - 1) {
        const [old] = names.splice(Math.floor(names.length / 2), 1)
        await writer.expect(`delete ${old}`, `Deleted: ${old}`)
      }
    }

    const expected = []
    for (const [writer, names] of owned) {
      const key = await writer.lookup(names[0])
      expected.push(...names.map((name) => [name, key]))
    }
    expected.sort(([a], [b]) => (a < b ? -1 : 1))

    const late = await network.clients(kinds)
    for (const client of [...writers, ...late]) {
      await until(SEEN_MS, `the whole list at ${client.name}`,
        async () => JSON.stringify(await client.list(SEEN_MS)) === JSON.stringify(expected))
      t.pass(`${client.name} lists ${expected.length} names`)
    }
  })
}

// Lengths differ, because the tree is ordered by length first.
function nameOf (i) {
  return `name-${(i * 7919) % 100_003}${'.x'.repeat(i % 7)}-${i}`
}
