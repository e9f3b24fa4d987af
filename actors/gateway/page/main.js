import { addTrace, endTrace, startActors } from './actors.js'
import { coalesced } from './coalesced.js'
import { Events, NeedsToken, Refused, useToken } from './connection.js'
import { at, say } from './dom.js'
import { addChange, askAgain, endStatus, showStatus, startNames } from './names.js'

const BEFORE = 20 // changes that are shown at the start
const STATUS_MS = 5000
const STATUS_SOON_MS = 100
const RETRY_MS = 1000

const tabs = [...document.querySelectorAll('[role=tab]')]
const isTraced = () => at('tab-actors').getAttribute('aria-selected') === 'true'
let events
let log // whose names are shown
let wasLost = false // so that something may have been asked in vain
let submitted = 0 // tokens; the last one counts
let failures = 0 // of questions about the state, one after the other

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

function state (kind, text) {
  at('connection').className = kind
  say('connection', text)
}

function lost () {
  state('lost', 'connection lost, trying again')
  endStatus()
}

function askForToken () {
  events?.stop()
  wasLost = true
  state('', 'a token is needed')
  if (!at('token-form').hidden) return
  at('token-form').hidden = false
  at('token').value = ''
  at('token').focus()
}

const statusSoon = coalesced(async () => {
  if (!at('token-form').hidden) return
  const { length } = events
  try {
    const now = await showStatus()
    // Another log, or an older copy of it: what is shown is of something else.
    if (now.log !== log || now.length < length) return location.reload()
    failures = 0
    if (!events.isOpen) return
    events.isGood()
    state('live', 'live')
  } catch (error) {
    if (error instanceof NeedsToken) return askForToken()
    if (error instanceof Refused) return state('lost', `the server fails: ${error.message}`)
    // It hangs: nothing else would tell. Any other failure may be the only one.
    if (error.name !== 'TimeoutError' && ++failures < 2) return statusSoon()
    failures = 0
    if (events.isOpen) events.giveUp()
  }
}, STATUS_SOON_MS)

function listen (length) {
  events = new Events(length, isTraced(), {
    live () {
      state('live', 'live')
      statusSoon()
      if (wasLost) askAgain()
      wasLost = false
    },
    lost () {
      wasLost = true
      lost()
      endTrace()
      statusSoon() // it may want another token
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

at('token-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const turn = ++submitted
  say('token-problem', '')
  useToken(at('token').value)
  try {
    await showStatus()
    if (turn !== submitted) return // Enter was pressed twice
  } catch (error) {
    if (turn !== submitted) return
    say('token-problem', error instanceof NeedsToken ? 'This token was not accepted.' : `Not answered: ${error.message}`)
    return at('token').select()
  }
  if (at('token-form').contains(document.activeElement)) tabs.find((tab) => tab.tabIndex === 0).focus()
  at('token-form').hidden = true
  events ? events.connect() : start()
})

const tabOfAddress = () => at(location.hash === '#actors' ? 'tab-actors' : 'tab-names')

window.addEventListener('hashchange', () => show(tabOfAddress()))
startNames()
startActors()
show(tabOfAddress())
start()
