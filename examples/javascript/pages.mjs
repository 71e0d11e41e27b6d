// Lists come in pages. `pages` in postern.mjs asks for the next one when the rows of this one are used up.
import { clicksend, pages } from './postern.mjs';

const { list_id: people } = await clicksend('POST', '/lists', { list_name: 'Seven people' });
try {
  for (let number = 0; number < 7; number += 1) {
    await clicksend('POST', `/lists/${people}/contacts`, { phone_number: `+1555123000${number}` });
  }
  const page = await clicksend('GET', `/lists/${people}/contacts?page=2&limit=3`);
  console.log(`list ${people}: page ${page.current_page} of ${page.last_page} has rows ${page.from} to ${page.to}`);
  const rows = [];
  for await (const { phone_number } of pages(`/lists/${people}/contacts`, 3)) rows.push(phone_number);
  console.log(`${rows.length} rows in all, the last ${rows.at(-1)}`);
} finally {
  await clicksend('DELETE', `/lists/${people}`);
}
