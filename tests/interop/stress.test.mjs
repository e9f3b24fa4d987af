// The stress harness as a judge: our server keeps the laws; the original gives
// one name to several owners, and the harness says so.
import { execFile } from 'node:child_process'
import { commandLine } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'

const ROUNDS = 5 // a race: one round in two shows it, at least
const HARNESS_MS = 50_000

for (const server of ['ours', 'js']) {
  scenario(`the harness against a server of kind ${server}`, { bootstrap: 'ours', server }, async (t, network) => {
    let report = null
    for (let seed = 1; seed <= ROUNDS && !(report?.violations > 0); seed++) {
      report = await stress(network, seed)
      t.is(report.server, server === 'ours' ? 'ours' : 'other', 'it knows what it talks to')
      if (server === 'ours') break
    }
    t.comment(`${report.operations} operations, ${Math.round(report.per_second)} per second, ${report.violations} violations`)
    if (server === 'ours') return t.is(report.violations, 0, 'no violation')
    const doubled = report.violation_list.filter((one) => one.startsWith('L1: '))
    t.ok(doubled.length > 0, 'a name has had two owners at once')
    t.comment(doubled[0])
  })
}

function stress (network, seed) {
  const [program, ...words] = commandLine('ours', 'stress')
  const options = ['--bootstrap', `127.0.0.1:${network.port}`, '--clients', '8', '--operations', '400',
    '--mix', '8', '4', '3', '1', '--contention', '1', '--seed', `${seed}`, '--json']
  return new Promise((resolve, reject) => {
    const command = [...words, network.serverKey, network.coreKey, ...options]
    execFile(program, command, { timeout: HARNESS_MS }, (error, stdout, stderr) => {
      if (!stdout) return reject(new Error(stderr || error.message))
      resolve(JSON.parse(stdout))
    })
  })
}
