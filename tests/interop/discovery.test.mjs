// Finding each other where the original is slow or wrong. What has to be quick is
// given a generous deadline; the time it took is shown beside it.
import { combinations, inTurn, kinds } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'
import { timed, until } from './lib/wait.mjs'

const DEAD = 32
const DEAD_OF_ORIGINAL = 4
const STARTED_AT_ONCE = 8
const FIRST_LOOKUPS = 10
const FOUND_MS = 60_000
const TRY_MS = 15_000

const server = kinds[0]
const lawful = server === 'ours'
const cast = { bootstrap: server, server }

const dead = lawful ? DEAD : DEAD_OF_ORIGINAL
scenario(`${dead} clients ended without a word`, cast, async (t, network) => {
  const owner = await network.client(kinds[0])
  await owner.expect('register melvin', 'Registered: melvin')
  const key = await owner.lookup('melvin')

  // They end together: whoever joins between the dead is slow itself, if js.
  const unlucky = []
  for (const some of inParts(inTurn(dead), STARTED_AT_ONCE)) {
    const clients = await network.clients(some)
    // Who sees the name has announced itself before.
    await Promise.all(clients.map((client) => sees(client, 'melvin', key)))
    unlucky.push(...clients)
  }
  await Promise.all(unlucky.map((client) => client.kill()))

  const [, ms] = await timed(async () => sees(await network.client(kinds[0]), 'melvin', key))
  t.pass('a new client finds the name')
  t.comment(`first block after ${ms} ms (aim: 2000)`)
})

scenario('two registers of one client at once', cast, async (t, network) => {
  for (const kind of kinds) {
    const client = await network.client(kind)
    const from = client.lines.length
    client.write(`register twice-${kind}\nregister twice-${kind}\n`)
    await client.line('the second answer', ({ text }) => text === `Already registered by you: twice-${kind}`, { from })
    const registered = client.lines.filter(({ text }) => text === `Registered: twice-${kind}`)
    t.is(registered.length, 1, `${kind} client is told once that it got the name`)
  }
})

if (lawful) {
  for (const { bootstrap, client } of combinations('bootstrap', 'client')) {
    scenario(`bootstrap ${bootstrap} killed and restarted, new client ${client}`, { bootstrap, server }, async (t, network) => {
      await network.bootstrap.kill()
      await network.startBootstrap()
      // The original's client gives up when the server is not announced yet.
      const [, ms] = await timed(() => until(FOUND_MS, 'a new client to reach the server', async () => {
        const words = ['register', 'melvin']
        const shot = await network.shot(client, words, { ms: TRY_MS }).catch(() => null)
        return shot?.code === 0 || shot?.stderr.includes('Error: Username already taken')
      }))
      t.pass('a new client finds the server')
      t.comment(`after ${ms} ms (aim: 10000)`)
    })
  }

  scenario('server killed and restarted, clients run on', cast, async (t, network) => {
    const [writer, ...readers] = await network.clients(['ours', ...kinds])
    await writer.expect('register before', 'Registered: before')
    const key = await writer.lookup('before')
    for (const reader of readers) await sees(reader, 'before', key)

    await network.server.kill()
    await network.startServer()
    const [, ms] = await timed(async () => {
      await until(FOUND_MS, 'the writer to reach the server', async () => /^(Registered|Already)/.test(await writer.register('after')))
      for (const reader of readers) await sees(reader, 'after', key)
    })
    t.pass('writer and readers go on')
    t.comment(`after ${ms} ms (aim: 5000)`)
  })

  for (const { server } of combinations('server')) {
    scenario(`${FIRST_LOOKUPS} first lookups right after connecting, server ${server}`, { bootstrap: kinds[0], server }, async (t, network) => {
      const owner = await network.client('ours')
      await owner.expect('register melvin', 'Registered: melvin')
      const key = await owner.lookup('melvin')
      for (let i = 0; i < FIRST_LOOKUPS; i++) {
        const shot = await network.shot('ours', ['lookup', 'melvin'])
        if (shot.code !== 0 || !shot.stdout[0]?.startsWith(`melvin -> ${key}`)) {
          throw new Error(`lookup ${i}: code ${shot.code}, ${[...shot.stdout, ...shot.stderr].join(', ')}`)
        }
      }
      t.pass('each finds the name')
      const absent = await network.shot('ours', ['lookup', 'nobody'])
      t.is(absent.code, 1, 'an absent name is not found')
      t.ok(absent.stdout[0]?.startsWith('Not found'))
    })
  }
}

function inParts (list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
}

async function sees (client, name, key) {
  await until(FOUND_MS, `${client.name} to see ${name}`, async () => await client.lookup(name, FOUND_MS) === key)
}
