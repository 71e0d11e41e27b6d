// A text for later, and second thoughts.
import { SOMEBODY, clicksend, send } from './postern.mjs';

const tomorrow = Math.floor(Date.now() / 1000) + 24 * 3600;
const text = { to: SOMEBODY, body: 'Good morning from JavaScript', source: 'javascript', schedule: tomorrow };
const [{ message_id, schedule }] = await send('sms', text);
console.log('leaves at', new Date(schedule * 1000).toISOString());
await clicksend('PUT', `/sms/${message_id}/cancel`);
console.log('cancelled', message_id);
