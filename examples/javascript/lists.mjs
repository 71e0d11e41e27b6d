// Contact lists: make, rename, look, delete.
import { clicksend, pages } from './postern.mjs';

const made = await clicksend('POST', '/lists', { list_name: 'Customers in spe' });
const path = `/lists/${made.list_id}`;
try {
  await clicksend('PUT', path, { list_name: 'Customers' });
  const seen = await clicksend('GET', path);
  console.log(`list ${seen.list_id} is ${seen.list_name}`);
  const names = [];
  for await (const { list_name } of pages('/lists')) names.push(list_name);
  console.log('all:', names.join(', '));
} finally {
  await clicksend('DELETE', path);
}
