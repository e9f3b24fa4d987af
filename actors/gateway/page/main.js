import { addTrace, startActors } from './actors.js'
import { Events, NeedsToken, useToken } from './connection.js'
import { at } from './dom.js'
import { addChange, showStatus, startNames } from './names.js'

const BEFORE = 20 // changes that are shown at the start
const STATUS_MS = 5000
const RETRY_MS = 1000

const tabs = [...document.querySelectorAll('[role=tab]')]
let events
let soon

function show (tab) {
  for (const one of tabs) {
    const selected = one === tab
    one.setAttribute('aria-selected', String(selected))
    one.tabIndex = selected ? 0 : -1
    at(one.getAttribute('aria-controls')).hidden = !selected
  }
  const traced = tab.id === 'tab-actors'
  history.replaceState(null, '', traced ? '#actors' : '#names')
  events?.watch(traced)
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

function state (kind, text) {
  at('connection').className = kind
  at('connection').textContent = text
}

// Many changes at once ask for the status once.
function statusSoon () {
  soon ??= setTimeout(() => {
    soon = undefined
    showStatus().catch(() => {})
  }, 100)
}

async function start () {
  try {
    const now = await showStatus()
    events = new Events(Math.max(0, now.length - BEFORE), {
      state,
      status: showStatus,
      trace: addTrace,
      change: (one) => {
        addChange(one)
        statusSoon()
      }
    })
    events.watch(location.hash === '#actors')
    setInterval(() => showStatus().catch(() => {}), STATUS_MS)
  } catch (error) {
    if (error instanceof NeedsToken) {
      at('token-form').hidden = false
      return state('', 'a token is needed')
    }
    state('lost', 'connection lost, trying again')
    setTimeout(start, RETRY_MS)
  }
}

at('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  useToken(at('token').value)
  at('token-form').hidden = true
  start()
})

startNames()
startActors()
show(location.hash === '#actors' ? at('tab-actors') : at('tab-names'))
start()
