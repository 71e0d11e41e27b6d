// Texts that are used again and again.
import { clicksend, pages } from './postern.mjs';

const made = await clicksend('POST', '/sms/templates', { template_name: 'Welcome', body: 'Hello (First Name), welcome!' });
const template = `/sms/templates/${made.template_id}`;
try {
  await clicksend('PUT', template, { template_name: 'Warm welcome', body: 'Hello (First Name), so good to see you!' });
  for await (const { template_id, template_name, body } of pages('/sms/templates')) {
    console.log(`template ${template_id} ${template_name}: ${body}`);
  }
} finally {
  await clicksend('DELETE', template);
}
