// node causes.mjs FILE NAME: whether the traces in the file show how the register
// of the name came about: call, decision, commit, answer, each with its cause.
import { readFileSync } from 'node:fs'

const [file, name] = process.argv.slice(2)
const traces = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line).trace).filter(Boolean)
const messages = traces.flatMap(({ messages }) => messages)
const byNumber = new Map(messages.map((one) => [one.number, one]))
const check = (what, good) => { if (!good) { console.error(`missing: ${what}`); process.exit(1) } }

const change = messages.find(({ type, facts }) => type === 'change_name' && facts.name === name)
check('the change', change && change.to.kind === 'log_writer' && change.from.kind === 'dispatcher')
const call = byNumber.get(change.cause)
check('its call', call?.type === 'rpc_request' && call.from.kind === 'peer')
check('the packet', byNumber.get(call.cause)?.type === 'arrived')
const commit = messages.find(({ type, cause }) => type === 'committed' && cause === change.number)
check('the commit', commit?.from.kind === 'disk' && commit.facts.commit_us > 0)
const decided = messages.find(({ type, question }) => type === 'decided' && question === change.number)
check('the answer to the question', decided?.facts.text === 'OK')
check('caused by the commit', decided.cause === commit.number)
check('the reply', messages.some(({ type, cause }) => type === 'rpc_answer' && cause === decided.number))
check('living actors', traces.at(-1).actors.some(({ kind, count }) => kind === 'log_writer' && count === 1))
check('numbers that rise', messages.every((one, i) => one.took_us >= 0 && one.waited_us >= 0 && one.number > 0 && i >= 0))
