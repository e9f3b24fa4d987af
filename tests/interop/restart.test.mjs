// Each part ends and comes back on the same storage; clients join late; a client
// gets the log from another one while the server is down.
import { carrier, combinations, inTurn, kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { until } from './lib/wait.mjs'

const NAMES = 50
const SEEN_MS = 60_000

for (const { bootstrap, server } of combinations('bootstrap', 'server')) {
  scenario(`bootstrap ${bootstrap} restarts, server ${server}`, { bootstrap, server }, async (t, network) => {
    const clients = await network.clients(inTurn(2))
    const registerAll = async (when) => {
      for (const [i, client] of clients.entries()) {
        t.is(await client.register(`${when}-${i}`), `Registered: ${when}-${i}`)
      }
    }
    await registerAll('before')
    await network.bootstrap.stop()
    await registerAll('without')
    await network.startBootstrap()
    await registerAll('after')
  })
}

for (const { server, client } of combinations('server', 'client')) {
  scenario(`server ${server} restarts, clients ${client}`, { bootstrap: server, server }, async (t, network) => {
    const writer = await network.client(client, { name: 'writer' })
    const reader = await network.client(client, { name: 'reader' })
    t.is(await writer.register('before'), 'Registered: before')
    const key = await reads(reader, 'before')

    const { serverKey, coreKey } = network
    await network.server.stop()
    await network.startServer()
    t.is(network.coreKey, coreKey, 'the log key stays')
    if (server === 'ours') t.is(network.serverKey, serverKey, 'the RPC key stays')

    // The original's client never connects its RPC again, and the original's
    // server has another key now: then the writer starts again, as the same user.
    let current = writer
    if (server === 'js' || client === 'js') {
      await writer.stop()
      current = await network.client(client, { name: 'writer', storage: writer.storage })
    }
    await until(SEEN_MS, 'the writer to reach the server',
      async () => await current.register('before') === 'Already registered by you: before')
    t.is(await current.register('after'), 'Registered: after')

    // The reader was not restarted.
    t.is(await reads(reader, 'after'), key, 'the reader goes on')
  })
}

for (const { server, client } of combinations('server', 'client')) {
  scenario(`client ${client} restarts, server ${server}`, { bootstrap: kinds[0], server }, async (t, network) => {
    const first = await network.client(client)
    t.is(await first.register('melvin'), 'Registered: melvin')
    const key = await first.lookup('melvin')
    t.is(await first.stop(), 0, 'ends cleanly')

    const second = await network.client(client, { storage: first.storage })
    t.is(await second.register('melvin'), 'Already registered by you: melvin')
    t.is(await reads(second, 'melvin'), key, 'the key stays')
    await second.kill()

    const third = await network.client(client, { storage: first.storage })
    t.is(await third.delete('melvin'), 'Deleted: melvin')
    t.is(await third.lookup('melvin'), null)
  })
}

// Over a WebSocket a client knows its server alone.
for (const { server, early, late } of carrier === 'udx' ? combinations('server', 'early', 'late') : []) {
  scenario(`late ${late}, from ${early} while server ${server} is down`, { bootstrap: kinds[0], server }, async (t, network) => {
    const first = await network.client(early, { name: 'first' })
    for (let i = 0; i < NAMES; i++) await first.expect(`register name-${i}`, `Registered: name-${i}`)
    const all = await first.list()
    t.is(all.length, NAMES)

    const joined = await network.client(late, { name: 'joined' })
    await lists(t, joined, all)
    await joined.stop()

    await network.server.stop()
    const fetching = await network.client(late, { name: 'fetching' })
    await lists(t, fetching, all)
  })
}

async function reads (client, name) {
  return until(SEEN_MS, `${client.name} to see ${name}`, () => client.lookup(name, SEEN_MS))
}

async function lists (t, client, expected) {
  await until(SEEN_MS, `the whole list at ${client.name}`,
    async () => JSON.stringify(await client.list(SEEN_MS)) === JSON.stringify(expected))
  t.pass(`${client.name} lists ${expected.length} names`)
}
