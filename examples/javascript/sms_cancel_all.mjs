// Cancels everything that is scheduled. Everything: also what another program of this account scheduled.
import { SOMEBODY, clicksend, send } from './postern.mjs';

const schedule = Math.floor(Date.now() / 1000) + 24 * 3600;
const reminders = ['one', 'two'].map((number) => ({ to: SOMEBODY, body: `Reminder ${number}`, source: 'javascript', schedule }));
await send('sms', ...reminders);
const { count } = await clicksend('PUT', '/sms/cancel-all');
console.log('cancelled', count, 'texts');
