// The same number twice in a list is two texts to one person. `fields` names what makes two contacts the same.
import { clicksend } from './postern.mjs';

const { list_id: people } = await clicksend('POST', '/lists', { list_name: 'Typed in twice' });
try {
  for (const phone_number of ['+15551230001', '+15551230001', '+15551230002']) {
    await clicksend('POST', `/lists/${people}/contacts`, { phone_number });
  }
  const { deleted } = await clicksend('PUT', `/lists/${people}/remove-duplicates`, { fields: { phone_number: '' } });
  const { total } = await clicksend('GET', `/lists/${people}/contacts`);
  console.log(`list ${people}: ${deleted} removed, ${total} left`);
} finally {
  await clicksend('DELETE', `/lists/${people}`);
}
