// Names that begin as it is typed.
import { coalesced } from './coalesced.js'
import { get } from './connection.js'
import { at, say, standsStill, stillThere } from './dom.js'
import { fillNames } from './items.js'
import { forgetFailed, openings, openName } from './one.js'

const TYPING_MS = 80
const PAGE = 20
const MOST = 1000

let wanted = PAGE
let toOpen // the question whose first name is opened when it is answered, unless another is
let isPointed // whether the names found have to stand still
let changed = false // meanwhile
let asked = 0 // only the last question is answered
let asking // the one under way, to be given up

function next () {
  asking?.abort()
  asking = new AbortController()
  return ++asked
}

async function search () {
  const query = at('query').value
  const turn = next()
  if (query === '') return showNames([], false, '')
  try {
    const { names, more } = await get(`/v1/names?prefix=${encodeURIComponent(query)}&limit=${wanted}`, asking.signal)
    if (turn !== asked) return
    const count = `${names.length}${more ? ' or more' : ''} ${names.length === 1 ? 'name' : 'names'}`
    showNames(names, more, names.length === 0 ? 'Nobody has a name that begins so.' : count)
    if (toOpen?.query !== query) return
    const isWanted = toOpen.openings === openings()
    toOpen = undefined
    if (isWanted) openName(names[0]?.name ?? query) // nobody may have it now: there is a history all the same
  } catch (error) {
    if (turn !== asked) return
    toOpen = undefined
    showNames([], false, `Not answered: ${error.message}`)
  }
}

function showNames (names, more, text) {
  say('found', text)
  fillNames(at('results'), names, openName, at('query'))
  at('more-results').hidden = !more || wanted >= MOST
}

const searchSoon = coalesced(search, TYPING_MS)

// What is found may be another by now.
export function searchAgain (name) {
  const query = at('query').value
  if (query === '' || (name !== undefined && !name.startsWith(query))) return
  changed = isPointed()
  if (!changed) searchSoon()
}

export function startSearch () {
  isPointed = standsStill(at('results'), () => { if (changed) searchAgain() }, false)
  at('query').addEventListener('input', () => {
    next()
    wanted = PAGE
    toOpen = undefined
    forgetFailed()
    searchSoon()
  })
  at('search').addEventListener('submit', (event) => {
    event.preventDefault()
    const query = at('query').value
    if (query === '') return
    toOpen = { query, openings: openings() }
    searchSoon()
  })
  at('more-results').addEventListener('click', async () => {
    const first = at('results').children.length
    const isStill = stillThere()
    wanted = Math.min(MOST, wanted * 5)
    await search()
    if (isStill()) at('results').children[first]?.querySelector('button').focus()
  })
}
