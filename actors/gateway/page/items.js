// Rows of lists: a change, a name.
import { element, fill, printable } from './dom.js'

const short = (key) => `${key.slice(0, 8)}…`

export function changeItem ({ length, action }, rest) {
  return element('li', {}, element('span', { class: 'length' }, length), element('span', { class: action }, action), rest)
}

export const nameButton = (name, open, ...rest) =>
  element('button', { type: 'button', onclick: () => open(name) }, element('span', { class: 'name' }, ...printable(name)), ...rest)

// Names with their keys, if they are given; `open` is called with the name chosen.
export function fillNames (list, names, open, otherwise) {
  fill(list, names, ({ name }) => name, ({ name }) =>
    element('li', {}, nameButton(name, open, element('span', { class: 'key' }))), otherwise)
  for (const [i, { key }] of names.entries()) {
    list.children[i].querySelector('.key').textContent = key ? short(key) : ''
  }
}
