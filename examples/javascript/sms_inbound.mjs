// Somebody answers, and we read it. A simulated handset writes here; with a real account people do.
import { SOMEBODY, call, clicksend, send } from './postern.mjs';

const inbox = `/inbox?to=${encodeURIComponent(SOMEBODY)}`;
const { cursor } = await call('GET', inbox);
await send('sms', { to: SOMEBODY, body: 'Deliver today? YES or NO', source: 'javascript', custom_string: 'order 17' });
// The handset must have got it before it can answer.
await call('GET', `${inbox}&after=${cursor}&wait=30s`);
await call('POST', '/inbox/replies', { from: SOMEBODY, body: 'Yes!' });

const { data } = await clicksend('GET', '/sms/inbound');
for (const { message_id, from, body, original_body, custom_string } of data) {
  console.log(`${from} wrote ${body} to ${original_body} (${custom_string})`);
  // What is marked as read is not handed out again.
  await clicksend('PUT', `/sms/inbound-read/${message_id}`);
}
