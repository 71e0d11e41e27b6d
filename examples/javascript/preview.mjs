// Would this call pass, whom would it reach, and for how much? Nothing is sent. The function that decides is that of the real call.
import { SOMEBODY, call } from './postern.mjs';

const messages = [SOMEBODY, '+15551230001'].map((to) => ({ to, body: 'Dinner is ready', source: 'javascript' }));
const answer = await call('POST', '/sends/preview', { path: '/clicksend/v3/sms/send', body: { messages } });
console.log(`${answer.verdict}: ${answer.messages} messages to ${answer.recipients} people for ${answer.cost} ${answer.currency}`);
for (const { rule, passed, message } of answer.rules) console.log(passed ? 'yes' : 'no ', rule, '-', message);
