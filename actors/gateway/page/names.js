// The view of names: latest changes, the state of the copy, and what they renew.
import { get } from './connection.js'
import { at, element, fillTerms, standsStill } from './dom.js'
import { changeItem, nameButton } from './items.js'
import { noteChange, openAgain, openName, startOne } from './one.js'
import { searchAgain, startSearch } from './search.js'

const LATEST = 50

const waiting = [] // changes that are shown when the list may move
let isHeld
let copy // as it was told last

function showWaiting () {
  const list = at('latest')
  for (const change of waiting.splice(0)) list.prepend(changeItem(change, nameButton(change.name, openName)))
  while (list.children.length > LATEST) list.lastChild.remove()
  at('no-changes').hidden = list.children.length > 0
  at('held').hidden = true
}

export function addChange (change) {
  waiting.push(change)
  if (waiting.length > LATEST) waiting.shift()
  if (isHeld()) at('held').hidden = false
  else showWaiting()
  noteChange(change)
  searchAgain(change.name)
}

// The server is back: what was asked in vain is asked again.
export function askAgain () {
  openAgain()
  searchAgain()
}

function age (ms) {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

function stateOf ({ problem, current, age_ms: ms }) {
  if (problem) return problem
  if (current) return 'current'
  return ms === null ? 'never compared' : `last compared ${age(ms)} ago`
}

function showCopy (now, state) {
  fillTerms(at('status'), {
    names: now.names,
    length: now.length,
    state,
    'peers claim': now.claimed,
    peers: now.peers,
    bytes: now.bytes,
    log: element('code', {}, now.log)
  })
}

export async function showStatus () {
  copy = await get('/v1/status')
  showCopy(copy, stateOf(copy))
  return copy
}

// What was told of the copy is old.
export function endStatus () {
  if (copy) showCopy(copy, 'as it was when the connection was lost')
}

export function startNames () {
  isHeld = standsStill(at('latest'), showWaiting)
  startSearch()
  startOne()
}
