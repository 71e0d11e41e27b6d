import re


def run(s):
    own_numbers(s)
    alpha_tags(s)
    numbers(s)
    default_senders(s)


def sent_from(s, sender):
    answer = s.succeeded(s.api('SmsApi').send_sms(send_sms_request={'messages': [
        {'to': '+15551234567', 'body': f'from {sender} {s.checks}', 'from': sender}]}))
    return answer.data.messages[0].status


def own_numbers(s):
    api, mine = s.api('OwnNumbersApi'), '+15557654321'
    s.check(sent_from(s, mine) == 'INVALID_SENDER_ID', 'it is not verified yet')
    asked = api.request_own_number_verification_otp(request_own_number_verification_otp_request={
        'phone_number': mine, 'label': 'mine'})
    s.check(asked.status == 'PENDING' and asked.remaining_attempts == 3, asked)
    code = re.search(r'\d{6}', s.mail(mine)).group()
    verified = api.verify_own_number_otp(verification_id=asked.id, verify_own_number_otp_request={
        'phone_number': mine, 'code': code})
    s.check(verified.status == 'APPROVED', verified)
    s.check(sent_from(s, mine) == 'SUCCESS', 'now it is')
    seen = api.get_own_number_detail(own_number_id=asked.own_number_id)
    s.check((seen.phone_number, seen.status, seen.label) == (mine, 'APPROVED', 'mine'), seen)
    listed = api.list_own_numbers()
    s.check(mine in [row.phone_number for row in listed.own_numbers], listed)
    # This generation cannot say what to change, and sends no credentials unless they stand in a header of their own.
    if 'Bearer' in s.authorization:
        api.update_own_number(own_number_id=asked.own_number_id)
    else:
        s.refused(401, api.update_own_number, own_number_id=asked.own_number_id)
    api.delete_own_number(own_number_id=asked.own_number_id)
    s.refused(404, api.get_own_number_detail, own_number_id=asked.own_number_id)


def alpha_tags(s):
    api = s.api('AlphaTagsApi')
    made = api.request_alpha_tag(request_alpha_tag_request={'alpha_tag': 'Sdk6Shop', 'reason': 'a shop', 'countries': ['AU']})
    s.check(made.status == 'PENDING', made)
    s.until(lambda: api.get_alpha_tag(alpha_tag_id=made.id).status == 'APPROVED')
    s.check(sent_from(s, 'Sdk6Shop') == 'SUCCESS', 'approved')
    listed = api.list_alpha_tags(page_size=100)
    s.check('Sdk6Shop' in [row.alpha_tag for row in listed.alpha_tags], listed)
    api.delete_alpha_tag(alpha_tag_id=made.id)
    s.refused(404, api.get_alpha_tag, alpha_tag_id=made.id)


def numbers(s):
    api = s.api('NumbersApi')
    page = s.succeeded(api.view_available_numbers(country='US'))
    number = page.data.data[0].dedicated_number
    before = float(s.api('ManagementApi').view_account_details().data.balance)
    bought = s.succeeded(api.purchase_dedicated_number(
        dedicated_number=number, buy_number_request={'dedicated_number': number, 'type': 'sms'}))
    after = float(s.api('ManagementApi').view_account_details().data.balance)
    s.check(abs(before - after - float(bought.data.price_total)) < 1e-6, bought)
    mine = s.succeeded(api.view_your_numbers())
    s.check(number in [row.dedicated_number for row in mine.data.data], mine)
    s.check(sent_from(s, number) == 'SUCCESS', 'it is ours')
    s.succeeded(api.register_numbers(number_type='10DLC', country_code='US', register_numbers_request={
        'full_name': 'John Doe', 'company_name': 'X', 'email': 'j@example.com', 'website_url': 'https://example.com',
        'sample_message': 'Hi', 'primary_use_case': 'Marketing', 'company_number': '+1-800-555-0199', 'area_code': '416'}))


def default_senders(s):
    api, tags = s.api('DefaultSendersApi'), s.api('AlphaTagsApi')
    tag = tags.request_alpha_tag(request_alpha_tag_request={'alpha_tag': 'Sdk6Dflt'})
    s.until(lambda: tags.get_alpha_tag(alpha_tag_id=tag.id).status == 'APPROVED')
    strategy = lambda kind, sender: [{'sender_type': kind, 'sender_id': sender}]
    made = s.succeeded(api.create_default_sender(create_default_sender_request={
        'country_code': 'NZ', 'product_type': 'SMS', 'default_sender_strategies': strategy('alpha_tag', 'Sdk6Dflt')}))
    number = made.data.id
    price = s.api('SmsApi').calculate_sms_price(calculate_sms_price_request={'messages': [{'to': '+64211234567', 'body': 'hi'}]})
    s.check(price.data.messages[0].var_from == 'Sdk6Dflt', price)
    seen = s.succeeded(api.get_default_sender_details(default_sender_id=number))
    s.check(seen.data.country_code == 'NZ', seen)
    listed = s.succeeded(api.get_default_senders_list())
    s.check(number in [row.id for row in listed.data.data], listed)
    changed = s.succeeded(api.update_default_sender(default_sender_id=number, update_default_sender_request={
        'default_sender_strategies': strategy('shared_longcode', '+15005550100')}))
    s.check(changed.data.default_sender_strategies[0].sender_type == 'shared_longcode', changed)
    kinds = s.succeeded(api.list_compliant_sender_types(filter_product_type='SMS', filter_country_code_index=['AU']))
    s.check(kinds.data.data[0].recipient_country_code == 'AU', kinds)
    api.delete_default_sender(default_sender_id=number)
    s.refused(404, api.get_default_sender_details, default_sender_id=number)
    tags.delete_alpha_tag(alpha_tag_id=tag.id)
