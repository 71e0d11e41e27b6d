def run(s):
    sms, voice, email = s.api('SmsApi'), s.api('VoiceApi'), s.api('EmailApi')
    inbound(s, sms)
    receipts(s, 'sms', sms)
    receipts(s, 'voice', voice)
    receipts(s, 'email', email)


def inbound(s, api):
    rule = {'dedicated_number': '*', 'rule_name': s.unique, 'message_search_type': 2, 'message_search_term': 'hello',
            'action': 'EMAIL_FIXED', 'action_address': 'someone@example.com', 'enabled': 1}
    made = s.succeeded(api.create_sms_inbound_automation(create_sms_inbound_automation_request=rule))
    number = made.data.inbound_rule_id
    seen = s.succeeded(api.view_sms_inbound_automation(inbound_rule_id=number))
    s.check((seen.data.action, seen.data.message_search_type) == ('EMAIL_FIXED', 2), seen)
    changed = dict(rule, action='URL', action_address='https://example.com/hook', message_search_type=0)
    s.succeeded(api.update_sms_inbound_automation(inbound_rule_id=number, update_sms_inbound_automation_request=changed))
    listed = s.succeeded(api.view_sms_inbound_automations())
    s.check([(row.action, row.action_address) for row in listed.data.data if row.inbound_rule_id == number]
            == [('URL', 'https://example.com/hook')], listed)
    s.succeeded(api.delete_sms_inbound_automation(inbound_rule_id=number))
    s.refused(404, api.view_sms_inbound_automation, inbound_rule_id=number)


def receipts(s, kind, api):
    call = lambda verb, plural='': getattr(api, f'{verb}_{kind}_delivery_receipt_rule{plural}')
    rule = {'rule_name': s.unique, 'match_type': 0, 'action': 'URL', 'action_address': 'https://example.com/hook', 'enabled': 1}
    made = s.succeeded(call('create')(create_sms_delivery_receipt_rule_request=rule))
    number = made.data.receipt_rule_id
    seen = s.succeeded(call('view')(receipt_rule_id=number))
    s.check((seen.data.action, seen.data.match_type) == ('URL', 0), seen)
    changed = dict(rule, match_type=1, action='POLL', action_address='')
    s.succeeded(call('update')(receipt_rule_id=number, create_sms_delivery_receipt_rule_request=changed))
    seen = s.succeeded(call('view')(receipt_rule_id=number))
    s.check((seen.data.action, seen.data.match_type) == ('POLL', 1), seen)
    s.succeeded(call('view', 's')())
    rows = s.raw('GET', f'/v3/automations/{kind}/receipts')['data']['data']
    s.check(number in [row['receipt_rule_id'] for row in rows], rows)
    s.succeeded(call('delete')(receipt_rule_id=number))
    s.refused(404, call('view'), receipt_rule_id=number)
