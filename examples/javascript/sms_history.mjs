// What was sent in the last hour, the newest first.
import { clicksend } from './postern.mjs';

const now = Math.floor(Date.now() / 1000);
const asked = new URLSearchParams({ date_from: now - 3600, date_to: now + 60, order_by: 'date:desc', limit: 5 });
const { data, total } = await clicksend('GET', `/sms/history?${asked}`);
for (const { message_id, to, status, body } of data) console.log(`${message_id} ${to} ${status}: ${body}`);
console.log(`${data.length} of ${total} texts`);
