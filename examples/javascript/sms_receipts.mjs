// Whether a text arrived. A program with an address of its own is better told than asking: see the receipt rules.
import { setTimeout } from 'node:timers/promises';
import { SOMEBODY, clicksend, send } from './postern.mjs';

const [{ message_id: id }] = await send('sms', { to: SOMEBODY, body: 'Has this arrived?', source: 'javascript' });
let receipt;
for (let tries = 0; tries < 60 && !receipt; tries += 1) {
  if (tries > 0) await setTimeout(500);
  const { data } = await clicksend('GET', '/sms/receipts?limit=100');
  receipt = data.find(({ message_id }) => message_id === id);
}
if (!receipt) throw new Error('no receipt came');
console.log(`${id}: ${receipt.status_code} ${receipt.status_text}`);
