// A brittle test around one network. What goes wrong fails this test alone, and
// the last lines of every program are shown.
import test from 'brittle'
import { Network } from './network.mjs'

const SCENARIO_MS = 300_000

// `play(t, network)` gets a started network of `kinds` = { bootstrap, server }.
export function scenario (title, kinds, play) {
  test(title, { timeout: SCENARIO_MS }, async (t) => {
    const network = new Network(kinds)
    const start = Date.now()
    try {
      await network.start()
      await play(t, network)
    } catch (error) {
      t.fail(error.message)
      for (const line of [error.stack, ...network.lastLines()]) t.comment(line)
    }
    await network.end()
    t.comment(`${((Date.now() - start) / 1000).toFixed(1)} s`)
  })
}
