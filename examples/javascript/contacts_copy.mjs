// From one list to another: a copy stays where it was, too; a transfer moves.
import { clicksend, pages } from './postern.mjs';

async function names(list) {
  const found = [];
  for await (const { first_name } of pages(`/lists/${list}/contacts`)) found.push(first_name);
  return found.sort().join(', ');
}

const { list_id: here } = await clicksend('POST', '/lists', { list_name: 'Here' });
const { list_id: there } = await clicksend('POST', '/lists', { list_name: 'There' });
try {
  const ann = await clicksend('POST', `/lists/${here}/contacts`, { phone_number: '+15551230001', first_name: 'Ann' });
  const bob = await clicksend('POST', `/lists/${here}/contacts`, { phone_number: '+15551230002', first_name: 'Bob' });
  await clicksend('PUT', `/lists/${here}/contacts/${ann.contact_id}/copy/${there}`);
  await clicksend('PUT', `/lists/${here}/contacts/${bob.contact_id}/transfer/${there}`);
  console.log(`list ${here}: ${await names(here)}`);
  console.log(`list ${there}: ${await names(there)}`);
} finally {
  for (const list of [here, there]) await clicksend('DELETE', `/lists/${list}`);
}
