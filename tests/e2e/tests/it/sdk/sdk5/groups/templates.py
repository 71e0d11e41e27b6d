import clicksend_client as c


def run(s):
    api = s.api('SMSApi')
    made = s.succeeded(api.sms_templates_post(c.SmsTemplate(template_name='SDK 5', body='Hello (First Name)')))
    number = made['template_id']
    s.succeeded(api.sms_templates_by_template_id_put(number, c.SmsTemplate(template_name='SDK 5', body='Bye')))
    listed = s.succeeded(api.sms_templates_get(page=1, limit=100))
    s.check([row['body'] for row in listed['data'] if row['template_id'] == number] == ['Bye'], listed)
    s.succeeded(api.sms_templates_by_template_id_delete(number))
    listed = s.succeeded(api.sms_templates_get())
    s.check(number not in [row['template_id'] for row in listed['data']], listed)
