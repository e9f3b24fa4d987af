import { addTrace, endTrace, startActors } from './actors.js'
import { coalesced } from './coalesced.js'
import { Events, NeedsToken, useToken } from './connection.js'
import { at } from './dom.js'
import { addChange, showStatus, startNames } from './names.js'

const BEFORE = 20 // changes that are shown at the start
const STATUS_MS = 5000
const STATUS_SOON_MS = 100
const RETRY_MS = 1000

const tabs = [...document.querySelectorAll('[role=tab]')]
const isTraced = () => at('tab-actors').getAttribute('aria-selected') === 'true'
let events
let log // whose names are shown

function show (tab) {
  for (const one of tabs) {
    const selected = one === tab
    one.setAttribute('aria-selected', String(selected))
    one.tabIndex = selected ? 0 : -1
    at(one.getAttribute('aria-controls')).hidden = !selected
  }
  history.replaceState(null, '', isTraced() ? '#actors' : '#names')
  events?.watch(isTraced())
}

for (const [i, tab] of tabs.entries()) {
  tab.addEventListener('click', () => show(tab))
  tab.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
    if (!step) return
    const next = tabs[(i + step + tabs.length) % tabs.length]
    show(next)
    next.focus()
  })
}

// A screen reader says what is written here, even if it is the same again.
function state (kind, text) {
  at('connection').className = kind
  if (at('connection').textContent !== text) at('connection').textContent = text
}

const lost = () => state('lost', 'connection lost, trying again')

function askForToken () {
  events?.stop()
  at('token-form').hidden = false
  state('', 'a token is needed')
}

const statusSoon = coalesced(async () => {
  if (!at('token-form').hidden) return
  const { length } = events
  try {
    const now = await showStatus()
    // Another log, or an older copy of it: what is shown is of something else.
    if (now.log !== log || now.length < length) location.reload()
  } catch (error) {
    if (error instanceof NeedsToken) askForToken()
  }
}, STATUS_SOON_MS)

function listen (length) {
  events = new Events(length, isTraced(), {
    live () {
      state('live', 'live')
      statusSoon()
    },
    lost () {
      lost()
      endTrace()
    },
    trace: addTrace,
    change (one) {
      addChange(one)
      statusSoon()
    }
  })
  setInterval(statusSoon, STATUS_MS)
}

async function start () {
  try {
    const now = await showStatus()
    log = now.log
    listen(Math.max(0, now.length - BEFORE))
  } catch (error) {
    if (error instanceof NeedsToken) return askForToken()
    lost()
    setTimeout(start, RETRY_MS)
  }
}

at('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  useToken(at('token').value)
  at('token-form').hidden = true
  events ? events.connect() : start()
})

startNames()
startActors()
show(location.hash === '#actors' ? at('tab-actors') : at('tab-names'))
start()
