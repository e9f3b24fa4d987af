// One name: who has it, what happened to it, and the other names of its key.
import { coalesced } from './coalesced.js'
import { get, nameUrl, NeedsToken, Refused } from './connection.js'
import { at, element, fill, fillTerms, printable, say, standsStill, stillThere } from './dom.js'
import { changeItem, fillNames } from './items.js'

const REFRESH_MS = 250
const PAGE = 100 // changes of one name, names of one key

let shown // the name that is open, with its changes, the newest first, and the others of its key
let asking // the name that will be, once it is answered
let opened = 0 // how often one was asked for
let isPointed // whether the other names have to stand still

const historyOf = (name, from) =>
  get(`${nameUrl(name)}/history?order=newest&limit=${PAGE}${from === undefined ? '' : `&from=${from}`}`)

// Puts the newest changes in front of those that are there; if some between them
// are missing, they alone stay. Not more than were asked for.
function join (one, { changes, more }) {
  const last = changes.at(-1).length
  const meets = !more || (one.changes.length > 0 && one.changes[0].length >= last)
  const older = one.changes.filter(({ length }) => length < last)
  one.changes = meets ? [...changes, ...older] : changes
  if (older.length === 0 || !meets) one.more = more
  if (one.changes.length > one.most) {
    one.changes.length = one.most
    one.more = true
  }
}

// The newest change says who has it: the log is the only truth.
async function refresh (one) {
  join(one, await historyOf(one.name))
  const { action, key } = one.changes[0]
  one.owned = action === 'register'
  const { names, more } = one.owned ? await get(`/v1/keys/${key}?limit=${PAGE}`) : { names: [], more: false }
  one.others = names.filter(({ name }) => name !== one.name)
  one.moreOthers = more
}

function historyItem (change) {
  const out = changeItem(change, element('span', { class: 'key' }, change.key ?? ''))
  out.tabIndex = -1 // for who asks for older ones
  return out
}

function showOthers ({ others, moreOthers }) {
  fillNames(at('same-key-names'), others, openName, at('one-title'))
  at('same-key').hidden = others.length === 0
  at('same-key-more').hidden = !moreOthers
}

function show (one) {
  const { name, changes, more, owned } = one
  const isOther = shown !== one
  if (shown?.name !== name) at('one-title').replaceChildren(...printable(name))
  shown = one
  fillTerms(at('one-facts'), owned
    ? { key: element('code', {}, changes[0].key), since: `length ${changes[0].length}` }
    : { key: 'nobody has it now' })
  fill(at('history'), changes, ({ length }) => length, historyItem, at('one-title'))
  at('older').hidden = !more
  if (isOther || !isPointed()) showOthers(one)
  at('one').hidden = false
}

const problem = (error) => say('one-problem', error instanceof Refused ? error.message : `Not answered: ${error.message}`)

export async function openName (name, takesFocus = true) {
  const one = { name, changes: [], more: false, most: PAGE }
  asking = one
  opened++
  say('one-problem', '')
  const isStill = stillThere()
  try {
    await refresh(one)
  } catch (error) {
    if (asking !== one) return
    one.failed = true
    if (error instanceof Refused && !(error instanceof NeedsToken)) asking = undefined
    return problem(error)
  }
  if (asking !== one) return
  asking = undefined
  const focuses = takesFocus && isStill()
  show(one)
  if (one.stale) refreshSoon()
  if (focuses) at('one-title').focus()
}

export const openings = () => opened

// Whoever looks for something else does not wait for it any more.
export function forgetFailed () {
  say('one-problem', '')
  if (asking?.failed) asking = undefined
}

// What is asked in vain is asked again at the next change.
const refreshSoon = coalesced(async () => {
  const one = shown
  try {
    await refresh(one)
    if (shown === one) show(one)
  } catch {}
}, REFRESH_MS)

async function showOlder () {
  const one = shown
  const last = one.changes.at(-1).length
  const isStill = stillThere()
  try {
    const { changes, more } = await historyOf(one.name, last - 1)
    if (shown !== one || one.changes.at(-1).length !== last) return
    const first = one.changes.length
    one.changes = [...one.changes, ...changes]
    one.most += PAGE
    one.more = more
    say('one-problem', '')
    const focuses = isStill()
    show(one)
    if (focuses) at('history').children[first]?.focus()
  } catch (error) {
    if (shown === one) problem(error)
  }
}

// The one that is open, or will be, may be another by now.
export function openAgain () {
  if (asking) openName(asking.name, false)
  if (shown) refreshSoon()
}

export function noteChange ({ name, key }) {
  if (asking) asking.stale = true
  if (!shown) return
  const isOther = (key && key === shown.changes[0].key) || shown.others.some((other) => other.name === name)
  if (shown.name === name || isOther) refreshSoon()
}

export function startOne () {
  isPointed = standsStill(at('same-key-names'), () => { if (shown) showOthers(shown) }, false)
  at('older').addEventListener('click', showOlder)
}
