module.exports = async (s) => {
  const api = s.api('SMSApi');
  const template = (body) => s.model('SmsTemplate', { templateName: 'npm', body });
  const number = (await s.succeeded(api.smsTemplatesPost(template('Hello (First Name)')))).template_id;
  await s.succeeded(api.smsTemplatesByTemplateIdPut(number, template('Bye')));
  const listed = await s.succeeded(api.smsTemplatesGet(1, 100));
  s.check(listed.data.find((row) => row.template_id === number)?.body === 'Bye', listed);
  await s.succeeded(api.smsTemplatesByTemplateIdDelete(number));
  const left = await s.succeeded(api.smsTemplatesGet());
  s.check(left.data.every((row) => row.template_id !== number), left);
};
