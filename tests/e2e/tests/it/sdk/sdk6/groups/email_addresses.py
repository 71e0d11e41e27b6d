import re


def run(s):
    api = s.api('EmailApi')
    address = f'sender-{s.unique}@example.com'
    made = s.succeeded(api.create_allowed_email_address(create_allowed_email_address_request={'email_address': address}))
    number = made.data.email_address_id
    s.check(made.data.email_address == address and made.data.verified == 0, made)

    listed = s.succeeded(api.view_allowed_email_addresses())
    s.check(number in [row.email_address_id for row in listed.data.data], listed)

    first = s.mail(address)
    s.succeeded(api.send_email_verification_token(email_address_id=number))
    mail = s.mail(address)
    s.check(mail != first, 'a second mail with a token of its own')
    token = re.search(r'/verify/(\S+)', mail).group(1)
    s.refused(400, api.verify_allowed_email_address, email_address_id=number, activation_token='wrong')
    s.succeeded(api.verify_allowed_email_address(email_address_id=number, activation_token=token))
    seen = s.succeeded(api.view_allowed_email_address(email_address_id=number))
    s.check(seen.data.verified == 1, seen)

    s.succeeded(api.delete_allowed_email_address(email_address_id=number))
    s.refused(404, api.view_allowed_email_address, email_address_id=number)
