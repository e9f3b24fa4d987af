// One running program: its lines as they come, and its end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { within } from './wait.mjs'

const LINE_MS = 30_000
const END_MS = 20_000
const SHOWN_LINES = 12

const running = new Set()
process.on('exit', () => {
  for (const program of running) program.child.kill('SIGKILL')
})

export class Program {
  // `name` is for messages; `command` is the program and its arguments.
  constructor (name, command) {
    this.name = name
    this.lines = [] // { stream: 'stdout' | 'stderr', text }
    this.waiters = new Set()
    this.child = spawn(command[0], command.slice(1))
    running.add(this)
    this.child.stdin.on('error', () => {}) // the program may end before it has read all
    this.ended = this.#end()
    for (const stream of ['stdout', 'stderr']) {
      createInterface({ input: this.child[stream] }).on('line', (text) => {
        this.lines.push({ stream, text })
        this.#wake()
      })
    }
  }

  write (text) {
    this.child.stdin.write(text)
  }

  // The first line from index `from` on that `matches`.
  async line (what, matches, { from = 0, ms = LINE_MS } = {}) {
    const found = new Promise((resolve, reject) => {
      let next = from
      const look = () => {
        while (next < this.lines.length) {
          const line = this.lines[next++]
          if (matches(line)) return done(resolve, line)
        }
        if (this.exit) done(reject, new Error(`${this.name} ended before ${what}`))
      }
      const done = (settle, value) => {
        this.waiters.delete(look)
        settle(value)
      }
      this.waiters.add(look)
      look()
    })
    return within(ms, `${what} from ${this.name}`, found)
  }

  // Asks the program to end and returns its exit code; null if it had to be killed.
  async stop (signal = 'SIGTERM') {
    this.child.kill(signal)
    try {
      return (await within(END_MS, `the end of ${this.name}`, this.ended)).code
    } catch {
      await this.kill()
      return null
    }
  }

  async kill () {
    this.child.kill('SIGKILL')
    await this.ended
  }

  // Closes its standard input and returns { code, stdout, stderr }.
  async finish (ms = LINE_MS) {
    this.child.stdin.end()
    const { code } = await within(ms, `the end of ${this.name}`, this.ended)
    const text = (stream) => this.lines.filter((line) => line.stream === stream).map((line) => line.text)
    return { code, stdout: text('stdout'), stderr: text('stderr') }
  }

  lastLines () {
    const state = this.exit ? `ended, code ${this.exit.code}, signal ${this.exit.signal}` : 'running'
    const shown = this.lines.slice(-SHOWN_LINES).map(({ stream, text }) => `  ${stream}: ${text}`)
    return [`${this.name} (${state})`, ...shown]
  }

  async #end () {
    try {
      const [code, signal] = await once(this.child, 'close')
      this.exit = { code, signal }
    } catch (error) { // it could not be started
      this.lines.push({ stream: 'stderr', text: error.message })
      this.exit = { code: null, signal: null }
    }
    running.delete(this)
    this.#wake()
    return this.exit
  }

  #wake () {
    for (const look of [...this.waiters]) look()
  }
}
