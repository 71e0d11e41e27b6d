import re

import clicksend_client as c


def run(s):
    api = s.api('EmailMarketingApi')
    address = f'sender-{s.unique}@example.com'
    made = s.succeeded(api.allowed_email_address_post(email_address=c.EmailAddress(email_address=address)))
    number = made['email_address_id']
    listed = s.succeeded(api.allowed_email_address_get(page=1, limit=100))
    s.check(number in [row['email_address_id'] for row in listed['data']], listed)

    first = s.mail(address)
    s.succeeded(api.send_verification_token_get(number))
    mail = s.mail(address)
    s.check(mail != first, 'a second mail with a token of its own')
    token = re.search(r'/verify/(\S+)', mail).group(1)
    s.refused(400, api.verify_allowed_email_address_get, number, 'wrong')
    s.succeeded(api.verify_allowed_email_address_get(number, token))
    seen = s.succeeded(api.specific_allowed_email_address_get(number))
    s.check(seen['verified'] == 1, seen)

    s.succeeded(api.specific_allowed_email_address_delete(number))
    s.refused(404, api.specific_allowed_email_address_get, number)
