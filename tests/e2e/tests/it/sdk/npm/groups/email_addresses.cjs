module.exports = async (s) => {
  const api = s.api('EmailMarketingApi');
  const address = `sender-${s.unique}@example.com`;
  const made = await s.succeeded(api.allowedEmailAddressPost(s.model('EmailAddress', { emailAddress: address })));
  const number = made.email_address_id;
  const listed = await s.succeeded(api.allowedEmailAddressGet(1, 100));
  s.check(listed.data.some((row) => row.email_address_id === number), listed);

  const first = s.mail(address);
  await s.succeeded(api.sendVerificationTokenGet(number));
  const mail = s.mail(address);
  s.check(mail !== first, 'a second mail with a token of its own');
  const [, token] = /\/verify\/(\S+)/.exec(mail);
  await s.refused(400, api.verifyAllowedEmailAddressGet(number, 'wrong'));
  await s.succeeded(api.verifyAllowedEmailAddressGet(number, token));
  const seen = await s.succeeded(api.specificAllowedEmailAddressGet(number));
  s.check(seen.verified === 1, seen);

  await s.succeeded(api.specificAllowedEmailAddressDelete(number));
  await s.refused(404, api.specificAllowedEmailAddressGet(number));
};
