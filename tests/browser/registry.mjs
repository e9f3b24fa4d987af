// A bootstrap node, a server and a client with their pages, and a browser.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { Program } from '../interop/lib/program.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = process.env.HYPER_REGISTRY ?? `${ROOT}build/release/bin/hyper-registry`
const BOOTSTRAP = '127.0.0.1:30001'

export class Registry {
  constructor () {
    this.programs = []
  }

  async start () {
    this.folder = await mkdtemp(join(tmpdir(), 'hyper-registry-browser-'))
    const bootstrap = this.#run('bootstrap', ['bootstrap', '--port', '30001'])
    await bootstrap.line('running', ({ text }) => text.includes('running on'))
    await this.startServer()
    return this
  }

  // On the same ports each time, and on the same storage unless told otherwise.
  async startServer ({ page = true, storage = 'server' } = {}) {
    this.server = this.#run('server', ['server', '--storage', join(this.folder, storage),
      '--bootstrap', BOOTSTRAP, '--names', 'any', ...(page ? ['--http', '127.0.0.1:8080'] : [])])
    this.serverKey = await this.#key('Server Public Key')
    this.coreKey = await this.#key('Database Core Key')
  }

  // Of the user with that name; gives what it printed.
  async client (user, ...words) {
    const { code, stdout } = await this.#runClient(user, ...words).finish(30_000)
    return { code, stdout }
  }

  // The same with many commands, one after the other.
  async clientReading (user, commands) {
    const program = this.#runClient(user)
    program.write(commands.map((command) => `${command}\n`).join(''))
    return program.finish(60_000)
  }

  // A client that stays, with a page of its own.
  async pageOfClient (user, port, ...options) {
    const program = this.#runClient(user, '--http', `127.0.0.1:${port}`, ...options)
    await program.line('where it answers', ({ text }) => text.startsWith('HTTP: '))
    return program
  }

  // A file with that text.
  async file (text) {
    const path = join(this.folder, 'token')
    await writeFile(path, text)
    return path
  }

  async end () {
    await Promise.all(this.programs.map((program) => program.kill()))
    await rm(this.folder, { recursive: true, force: true })
  }

  #runClient (user, ...words) {
    return this.#run(user, ['client', this.serverKey, this.coreKey,
      '--storage', join(this.folder, user), '--bootstrap', BOOTSTRAP, ...words])
  }

  #run (name, args) {
    const program = new Program(name, [PROGRAM, ...args])
    this.programs.push(program)
    return program
  }

  async #key (label) {
    const line = await this.server.line(label, ({ text }) => text.startsWith(`${label}: `))
    return line.text.slice(label.length + 2)
  }
}

export function openBrowser () {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
}
