// A client's prompt: one command at a time, each with its answer.
import { setTimeout as pause } from 'node:timers/promises'
import { Program } from './program.mjs'

const KEY = '[0-9a-f]{64}'
const ANSWER = new RegExp(`^(Registered: |Already registered by you: |Deleted: |Not found|.* -> ${KEY})`)
const LIST_LINE = new RegExp(`^(.*): (${KEY})`)
const LOOKUP_LINE = new RegExp(` -> (${KEY})`)

// Nobody registers this name: its lookup marks the end of a list.
const END_OF_LIST = 'end-of-list'

const NUDGE = 'nudge-'
const NUDGE_MS = 1_500

const isRefusal = ({ stream, text }) => stream === 'stderr' && text.startsWith('Error: ')
const isAnswer = (line) => isRefusal(line) || (line.stream === 'stdout' && ANSWER.test(line.text))
const isNotFound = ({ stream, text }) => stream === 'stdout' && text.startsWith('Not found')

export class Client extends Program {
  // `nudge` is for a JavaScript client on a JavaScript server: it may hang until
  // somebody writes again, so when a write takes long, `nudge(name)` registers
  // some other name. Without it a client has to answer by itself.
  constructor (name, command, { storage, nudge }) {
    super(name, command)
    this.storage = storage
    this.nudge = nudge
    this.turn = Promise.resolve()
  }

  // The line that answers `text`, from whichever stream.
  command (text, ms) {
    return this.#inTurn(async () => {
      const from = this.lines.length
      this.write(`${text}\n`)
      const answer = this.line(`an answer to '${text}'`, isAnswer, { from, ms })
      if (this.nudge && /^(register|delete) /.test(text)) await this.#nudgeUntil(answer)
      return (await answer).text
    })
  }

  // For answers that are certain: any other one fails the test.
  async expect (text, expected, ms) {
    const answer = await this.command(text, ms)
    if (answer !== expected) throw new Error(`${this.name}: ${text}: ${answer}`)
  }

  register (name, ms) {
    return this.command(`register ${name}`, ms)
  }

  delete (name, ms) {
    return this.command(`delete ${name}`, ms)
  }

  // The key as hex, or null if the name is not there.
  async lookup (name, ms) {
    const answer = await this.command(`lookup ${name}`, ms)
    if (answer.startsWith('Not found')) return null
    const found = LOOKUP_LINE.exec(answer)
    if (!found) throw new Error(`${this.name}: lookup ${name}: ${answer}`)
    return found[1]
  }

  // All [name, key], sorted by name.
  list (ms) {
    return this.#inTurn(async () => {
      const from = this.lines.length
      this.write(`list\nlookup ${END_OF_LIST}\n`)
      await this.line('the end of the list', (line) => isRefusal(line) || isNotFound(line), { from, ms })
      const lines = this.lines.slice(from)
      const refusal = lines.find(isRefusal)
      if (refusal) throw new Error(`${this.name}: list: ${refusal.text}`)
      return entries(lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text))
    })
  }

  async #nudgeUntil (answer) {
    const answered = answer.then(() => true, () => true)
    for (let i = 0; !await Promise.race([answered, pause(NUDGE_MS, false, { ref: false })]); i++) {
      await Promise.race([answered, this.nudge(`${NUDGE}${this.child.pid}-${this.lines.length}-${i}`)])
    }
  }

  #inTurn (work) {
    const result = this.turn.then(work)
    this.turn = result.catch(() => {})
    return result
  }
}

// The [name, key] of the lines that a list has printed, sorted by name, without
// the names of nudges.
export function entries (lines) {
  return lines
    .map((text) => LIST_LINE.exec(text))
    .filter((found) => found && !found[1].startsWith(NUDGE))
    .map(([, name, key]) => [name, key])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
