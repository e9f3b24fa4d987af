// Every command in every combination of bootstrap node, server and client, each
// ours or JavaScript, and with both kinds of client on one server.
import { everyCommand } from './lib/every-command.mjs'
import { both, combinations } from './lib/kinds.mjs'
import { scenario } from './lib/scenario.mjs'

for (const { bootstrap, server, client } of combinations('bootstrap', 'server', 'client')) {
  scenario(`bootstrap ${bootstrap}, server ${server}, clients ${client}`, { bootstrap, server },
    (t, network) => everyCommand(t, network, client, client))
}

for (const { bootstrap, server } of both ? combinations('bootstrap', 'server') : []) {
  scenario(`bootstrap ${bootstrap}, server ${server}, clients ours and js`, { bootstrap, server },
    (t, network) => everyCommand(t, network, 'ours', 'js'))
  scenario(`bootstrap ${bootstrap}, server ${server}, clients js and ours`, { bootstrap, server },
    (t, network) => everyCommand(t, network, 'js', 'ours'))
}
