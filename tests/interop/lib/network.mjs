// A bootstrap node, a server and clients, each of a chosen kind, with their
// folders. Everything ends with the scenario that made it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from './client.mjs'
import { carrier, commandLine } from './kinds.mjs'
import { answersPing, freePort } from './ports.mjs'
import { Program } from './program.mjs'

const SHOT_MS = 60_000

export class Network {
  constructor (kinds) {
    this.kinds = kinds // { bootstrap, server }
    this.programs = []
    this.folder = mkdtemp(join(tmpdir(), 'hyper-registry-interop-'))
    this.stores = 0
  }

  async start () {
    this.port = await freePort()
    this.serverStorage = await this.newStorage()
    await this.startBootstrap()
    await this.startServer()
    return this
  }

  async startBootstrap () {
    const command = [...commandLine(this.kinds.bootstrap, 'bootstrap'), '--host', '127.0.0.1', '--port', `${this.port}`]
    this.bootstrap = this.#add(new Program(`${this.kinds.bootstrap} bootstrap`, command))
    await answersPing(this.port)
  }

  // On the same storage each time: the log key stays.
  async startServer () {
    const command = [...commandLine(this.kinds.server, 'server'), ...this.#options(this.serverStorage)]
    // The bootstrap node's port is taken for UDP alone.
    if (this.kinds.server === 'ours') command.push('--ws', `127.0.0.1:${this.port}`)
    this.server = this.#add(new Program(`${this.kinds.server} server`, command))
    this.serverKey = await this.#printedKey('Server Public Key')
    this.coreKey = await this.#printedKey('Database Core Key')
  }

  // Of a server of ours.
  get websocket () {
    return `ws://127.0.0.1:${this.port}`
  }

  // A client at its prompt. Without a storage it is a new user.
  async client (kind, { storage, name = `${kind} client` } = {}) {
    storage ??= await this.newStorage()
    const hangs = kind === 'js' && this.kinds.server === 'js'
    const nudge = hangs ? (other) => this.shot('js', ['register', other]).catch(() => {}) : null
    return this.#add(new Client(name, this.#clientCommand(kind, storage), { storage, nudge }))
  }

  clients (kinds) {
    return Promise.all(kinds.map((kind, i) => this.client(kind, { name: `${kind} client ${i}` })))
  }

  // One command as arguments: { code, stdout, stderr }; throws when it takes more
  // than `ms`. `wrapper` is put before the command line.
  async shot (kind, words, { storage, wrapper = [], ms = SHOT_MS } = {}) {
    storage ??= await this.newStorage()
    const command = [...wrapper, ...this.#clientCommand(kind, storage), ...words]
    const program = this.#add(new Program(`${kind} ${words.join(' ')}`, command))
    try {
      return await program.finish(ms)
    } finally {
      await program.kill()
    }
  }

  async newStorage () {
    return join(await this.folder, `store-${this.stores++}`)
  }

  async end () {
    await Promise.all(this.programs.map((program) => program.kill()))
    await rm(await this.folder, { recursive: true, force: true })
  }

  lastLines () {
    return this.programs.flatMap((program) => program.lastLines())
  }

  #add (program) {
    this.programs.push(program)
    return program
  }

  #options (storage) {
    return ['--storage', storage, '--bootstrap', `127.0.0.1:${this.port}`]
  }

  #clientCommand (kind, storage) {
    const websocket = kind === 'websocket' || (kind === 'ours' && this.kinds.server === 'ours' && carrier === 'websocket')
    const way = websocket ? ['--storage', storage, '--via', this.websocket] : this.#options(storage)
    return [...commandLine(kind, 'client'), this.serverKey, this.coreKey, ...way]
  }

  async #printedKey (label) {
    const line = await this.server.line(`'${label}'`, ({ text }) => text.startsWith(`${label}: `))
    return line.text.slice(label.length + 2)
  }
}
