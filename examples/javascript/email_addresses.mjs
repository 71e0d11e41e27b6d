// Addresses that mail may be sent from. A new one gets a letter with a link, and is verified when that was opened.
import { clicksend, pages } from './postern.mjs';

const made = await clicksend('POST', '/email/addresses', { email_address: 'news@example.com' });
try {
  for await (const { email_address_id, email_address, verified } of pages('/email/addresses')) {
    console.log(`address ${email_address_id} ${email_address}: ${verified ? 'verified' : 'not verified yet'}`);
  }
} finally {
  await clicksend('DELETE', `/email/addresses/${made.email_address_id}`);
}
