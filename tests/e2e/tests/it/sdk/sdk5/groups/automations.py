import clicksend_client as c


def run(s):
    inbound(s, s.api('InboundSMSRulesApi'))
    for kind, name in [('sms', 'SMSDeliveryReceiptRulesApi'), ('voice', 'VoiceDeliveryReceiptRulesApi'),
                       ('email', 'EmailDeliveryReceiptRulesApi')]:
        receipts(s, kind, s.api(name))


def inbound(s, api):
    rule = lambda action, address: c.InboundSMSRule(
        dedicated_number='*', rule_name=s.unique, message_search_type=0, message_search_term='', action=action,
        action_address=address, enabled=1)
    number = s.succeeded(api.sms_inbound_automation_post(rule('EMAIL_FIXED', 'someone@example.com')))['inbound_rule_id']
    s.check(s.succeeded(api.sms_inbound_automation_get(number))['action'] == 'EMAIL_FIXED', 'as it was made')
    s.succeeded(api.sms_inbound_automation_put(number, rule('URL', 'https://example.com/hook')))
    listed = s.succeeded(api.sms_inbound_automations_get(page=1, limit=100))
    s.check([row['action'] for row in listed['data'] if row['inbound_rule_id'] == number] == ['URL'], listed)
    s.succeeded(api.sms_inbound_automation_delete(number))
    s.refused(404, api.sms_inbound_automation_get, number)


def receipts(s, kind, api):
    call = lambda verb, plural='': getattr(api, f'{kind}_delivery_receipt_automation{plural}_{verb}')
    rule = lambda action, match: c.DeliveryReceiptRule(
        rule_name=s.unique, match_type=match, action=action, action_address='https://example.com/hook', enabled=1)
    number = s.succeeded(call('post')(rule('URL', 0)))['receipt_rule_id']
    s.check(s.succeeded(call('get')(number))['action'] == 'URL', 'as it was made')
    s.succeeded(call('put')(number, rule('POLL', 2)))
    listed = s.succeeded(call('get', 's')(page=1, limit=100))
    s.check([(row['action'], row['match_type']) for row in listed['data'] if row['receipt_rule_id'] == number] == [('POLL', 2)], listed)
    s.succeeded(call('delete')(number))
    s.refused(404, call('get'), number)
