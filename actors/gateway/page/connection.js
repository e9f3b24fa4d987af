// The way to the server: questions over HTTP, events over a WebSocket that comes
// again from the last length that it has seen.
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 5000
const ANSWER_MS = 10_000 // a server that hangs is lost

let token = sessionStorage.getItem('token') ?? ''

// The server has answered, but not what was asked for.
export class Refused extends Error {}
export class NeedsToken extends Refused {}

export function useToken (text) {
  token = text
  sessionStorage.setItem('token', text)
}

const tokenBytes = () => [...new TextEncoder().encode(token)]

export async function get (path, signal) {
  const headers = token ? { Authorization: `Bearer ${String.fromCharCode(...tokenBytes())}` } : {}
  const signals = [AbortSignal.timeout(ANSWER_MS), ...(signal ? [signal] : [])]
  const answer = await fetch(path, { headers, cache: 'no-store', signal: AbortSignal.any(signals) })
  if (answer.status === 401) throw new NeedsToken('a token is needed')
  const body = await answer.json().catch((error) => {
    throw error instanceof SyntaxError ? new Refused('this is no answer of a registry') : error
  })
  if (!answer.ok) throw new Refused(body.message)
  return body
}

export const nameUrl = (name) => `/v1/names/${encodeURIComponent(name)}`

// A page gives a WebSocket no header: the token goes as a subprotocol, in hex.
function protocols () {
  if (!token) return []
  const hex = tokenBytes().map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return ['hyper-registry', `bearer.${hex}`]
}

// Calls: change(event), trace(batch), live(), lost().
export class Events {
  constructor (length, traced, calls) {
    this.length = length
    this.traced = traced
    this.calls = calls
    this.pause = RETRY_FIRST_MS
    this.connect()
  }

  get isOpen () {
    return this.socket?.readyState === WebSocket.OPEN
  }

  // With the messages of the actors, or without: another socket, same place.
  watch (traced) {
    if (traced === this.traced) return
    this.traced = traced
    if (!this.stopped) this.connect()
  }

  stop () {
    this.stopped = true
    clearTimeout(this.timer)
    if (!this.socket) return
    this.socket.onclose = null
    this.socket.close()
  }

  // It answers what it is asked: if it is lost, it may be back soon.
  isGood () {
    this.pause = RETRY_FIRST_MS
  }

  // The server does not answer, whatever the socket says.
  giveUp () {
    this.stop()
    this.comeAgain()
  }

  comeAgain () {
    this.calls.lost()
    this.timer = setTimeout(() => this.connect(), this.pause)
    this.pause = Math.min(this.pause * 2, RETRY_LAST_MS)
  }

  connect () {
    this.stop()
    this.stopped = false
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const trace = this.traced ? '&trace=1' : ''
    const url = `${scheme}://${location.host}/v1/events?from=${this.length}${trace}`
    const socket = new WebSocket(url, protocols())
    this.socket = socket
    this.timer = setTimeout(() => socket.close(), ANSWER_MS)
    socket.onopen = () => {
      clearTimeout(this.timer)
      this.calls.live()
    }
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return
      const message = JSON.parse(data)
      if (message.trace) return this.calls.trace(message.trace)
      this.length = message.length
      this.calls.change(message)
    }
    socket.onclose = () => {
      clearTimeout(this.timer)
      this.comeAgain()
    }
  }
}
