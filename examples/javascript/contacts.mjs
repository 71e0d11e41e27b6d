// The people in a list.
import { clicksend } from './postern.mjs';

const { list_id: people } = await clicksend('POST', '/lists', { list_name: 'People of an example' });
try {
  const ann = { phone_number: '+15551230001', first_name: 'Ann', last_name: 'Lee', email: 'ann@example.com' };
  const made = await clicksend('POST', `/lists/${people}/contacts`, ann);
  const contact = `/lists/${people}/contacts/${made.contact_id}`;
  // Only what is named changes.
  await clicksend('PUT', contact, { first_name: 'Anna' });
  const seen = await clicksend('GET', contact);
  console.log(`contact ${seen.contact_id} in list ${people}: ${seen.first_name} ${seen.last_name}, ${seen.phone_number}`);
  await clicksend('DELETE', contact);
  console.log('now there are', (await clicksend('GET', `/lists/${people}/contacts`)).total);
} finally {
  await clicksend('DELETE', `/lists/${people}`);
}
