// Our client answers from its own disk with the server gone, and with no network
// at all (L5). The original's client waits for a peer, so it has no part here.
import { entries } from './lib/client.mjs'
import { kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { until } from './lib/wait.mjs'

const SEEN_MS = 60_000
const NO_NETWORK = ['unshare', '--net'] // not even loopback is up in there

for (const server of kinds.includes('ours') ? kinds : []) {
  scenario(`our client without its server of kind ${server}`, { bootstrap: server, server }, async (t, network) => {
    const [owner, reader] = await network.clients(['ours', 'ours'])
    for (const name of ['melvin', 'alan', 'bo']) await owner.expect(`register ${name}`, `Registered: ${name}`)
    await owner.expect('delete alan', 'Deleted: alan')
    const all = await owner.list()
    t.alike(all.map(([name]) => name), ['bo', 'melvin'])
    await until(SEEN_MS, 'the reader to see everything', async () => JSON.stringify(await reader.list()) === JSON.stringify(all))

    await network.server.kill()
    await network.bootstrap.kill()
    const key = all[0][1]
    t.is(await reader.lookup('melvin'), key, 'a running client finds a name')
    t.is(await reader.lookup('alan'), null, 'and knows what is not there')
    t.alike(await reader.list(), all, 'and lists')
    t.is(await reader.stop(), 0, 'and ends cleanly')

    const offline = (...words) => network.shot('ours', words, { storage: reader.storage, wrapper: NO_NETWORK })
    const found = await offline('lookup', 'melvin')
    t.is(found.code, 0)
    t.ok(found.stdout[0]?.startsWith(`melvin -> ${key}`), 'a new process finds a name with no network')
    const absent = await offline('lookup', 'alan')
    t.is(absent.code, 1)
    t.ok(absent.stdout[0]?.startsWith('Not found'), 'and knows what is not there')
    const list = await offline('list')
    t.is(list.code, 0)
    t.alike(entries(list.stdout), all, 'and lists')
    const history = await offline('history', 'alan')
    t.is(history.code, 0)
    t.ok(history.stdout.length >= 2 && history.stdout.some((line) => line.includes(key)), 'and tells the history of a deleted name')

    const refused = await offline('register', 'late')
    t.is(refused.code, 3, 'a write says that there is no network')
    t.ok(refused.stderr.some((line) => line.startsWith('Error: ')))
  })
}
