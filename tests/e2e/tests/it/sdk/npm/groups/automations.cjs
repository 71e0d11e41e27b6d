module.exports = async (s) => {
  await inbound(s, s.api('InboundSMSRulesApi'));
  for (const [kind, name] of [
    ['sms', 'SMSDeliveryReceiptRulesApi'],
    ['voice', 'VoiceDeliveryReceiptRulesApi'],
    ['email', 'EmailDeliveryReceiptRulesApi'],
  ]) await receipts(s, kind, s.api(name));
};

async function inbound(s, api) {
  const rule = (action, actionAddress) => s.model('InboundSMSRule', {
    dedicatedNumber: '*', ruleName: 'npm', messageSearchType: 0, messageSearchTerm: '', action, actionAddress, enabled: 1,
  });
  const made = await s.succeeded(api.smsInboundAutomationPost(rule('EMAIL_FIXED', 'someone@example.com')));
  const number = made.inbound_rule_id;
  s.check((await s.succeeded(api.smsInboundAutomationGet(number))).action === 'EMAIL_FIXED', 'as it was made');
  await s.succeeded(api.smsInboundAutomationPut(number, rule('URL', 'https://example.com/hook')));
  const listed = await s.succeeded(api.smsInboundAutomationsGet());
  s.check(listed.data.some((row) => row.inbound_rule_id === number && row.action === 'URL'), listed);
  await s.succeeded(api.smsInboundAutomationDelete(number));
  await s.refused(404, api.smsInboundAutomationGet(number));
}

async function receipts(s, kind, api) {
  const call = (verb, plural = '') => (...values) => api[`${kind}DeliveryReceiptAutomation${plural}${verb}`](...values);
  const rule = (action, matchType) => s.model('DeliveryReceiptRule', {
    ruleName: 'npm', matchType, action, actionAddress: 'https://example.com/hook', enabled: 1,
  });
  const number = (await s.succeeded(call('Post')(rule('URL', 0)))).receipt_rule_id;
  s.check((await s.succeeded(call('Get')(number))).action === 'URL', 'as it was made');
  await s.succeeded(call('Put')(number, rule('POLL', 2)));
  const listed = await s.succeeded(call('Get', 's')());
  s.check(listed.data.some((row) => row.receipt_rule_id === number && row.action === 'POLL' && row.match_type === 2), listed);
  await s.succeeded(call('Delete')(number));
  await s.refused(404, call('Get')(number));
}
